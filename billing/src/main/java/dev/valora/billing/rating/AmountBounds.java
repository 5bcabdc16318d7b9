package dev.valora.billing.rating;

import dev.valora.billing.calendar.Fraction;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * The least and the most that a price charges for a cycle, in major units. Applied once a cycle, to the rounded charge.
 *
 * @param minimum null when there is none; prorated by days when the item lived for part of the cycle
 * @param maximum null when there is none; prorated alike
 */
public record AmountBounds(
        @Nullable BigDecimal minimum, @Nullable BigDecimal maximum) {

    /** Neither a minimum nor a maximum. */
    public static final AmountBounds NONE = new AmountBounds(null, null);

    public AmountBounds {
        if (minimum != null && maximum != null && minimum.compareTo(maximum) > 0) {
            throw new IllegalArgumentException("minimum " + minimum + " is above maximum " + maximum);
        }
    }

    /** What must be added to a rounded charge to reach the minimum; 0 when it is reached. */
    public BigDecimal topUp(BigDecimal charge, Fraction share, int exponent) {
        return minimum == null
                ? BigDecimal.ZERO
                : Rounding.toMinorUnit(minimum, share, exponent)
                        .subtract(charge)
                        .max(BigDecimal.ZERO);
    }

    /** What must be added to a rounded charge to come down to the maximum: 0 or negative. */
    public BigDecimal cut(BigDecimal charge, Fraction share, int exponent) {
        return maximum == null
                ? BigDecimal.ZERO
                : Rounding.toMinorUnit(maximum, share, exponent)
                        .subtract(charge)
                        .min(BigDecimal.ZERO);
    }
}
