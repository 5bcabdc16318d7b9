package dev.valora.billing.catalog;

import dev.valora.billing.rating.PriceTerms;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What a price charges from a date on.
 *
 * @param version from 1, in the order of creation
 * @param effectiveFrom null for a first version that was always in force
 */
public record PriceVersion(int version, @Nullable LocalDate effectiveFrom, PriceTerms terms) {

    /** Whether the version was in force, or had been, on that day. */
    boolean startsOnOrBefore(LocalDate day) {
        return effectiveFrom == null || !effectiveFrom.isAfter(day);
    }
}
