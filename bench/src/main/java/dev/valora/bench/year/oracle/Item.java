package dev.valora.bench.year.oracle;

import java.math.BigDecimal;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A price that a subscription has on some days.
 *
 * @param end the first day on which it no longer lives; the start when it never does
 * @param chargedUntil the first day for which a licence is no longer charged; never before {@code chargedFrom}
 */
record Item(
        int number,
        Price price,
        BigDecimal quantity,
        LocalDate start,
        LocalDate end,
        LocalDate chargedFrom,
        LocalDate chargedUntil) {

    boolean livesOn(LocalDate day) {
        return !day.isBefore(start) && day.isBefore(end);
    }

    /** The days of a range on which it lives; null when there are none. */
    @Nullable
    Days living(Days range) {
        Days lives = Days.between(start, end);
        return lives == null ? null : lives.meet(range);
    }

    /** The days of a range for which a licence is charged; null when there are none. */
    @Nullable
    Days charged(Days range) {
        Days charged = Days.between(chargedFrom, chargedUntil);
        return charged == null ? null : charged.meet(range);
    }
}
