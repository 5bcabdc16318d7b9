package dev.valora.billing.rating;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * One tier of a graduated or volume price.
 *
 * @param upTo the last quantity that belongs to the tier, fractions above it belong to the next; null in the last tier
 * @param unitAmount for each unit, in major units of the currency
 * @param flatAmount once when the tier is entered
 */
public record Tier(@Nullable BigDecimal upTo, BigDecimal unitAmount, BigDecimal flatAmount) {

    /** Whether a quantity lies above this tier. */
    boolean isExceededBy(BigDecimal quantity) {
        return upTo != null && quantity.compareTo(upTo) > 0;
    }
}
