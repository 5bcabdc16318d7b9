package dev.valora.billing.subscription;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One price of a subscription.
 *
 * @param quantity of a recurring price; 1 for usage
 * @param start the first day on which it lives
 * @param end the first day on which it no longer lives; null while it does. The start itself when it was replaced before it
 *     began
 * @param chargedFrom the first day for which a licence is charged: the start, unless a change was made without proration
 * @param chargedUntil the first day for which it no longer is; null while it goes on
 */
public record Item(
        UUID id,
        String price,
        BigDecimal quantity,
        LocalDate start,
        @Nullable LocalDate end,
        LocalDate chargedFrom,
        @Nullable LocalDate chargedUntil) {

    /** An item that begins to live and to be charged on one day. */
    public static Item from(UUID id, String price, BigDecimal quantity, LocalDate start) {
        return new Item(id, price, quantity, start, null, start, null);
    }

    /** Whether it lives on a day. */
    public boolean livesOn(LocalDate day) {
        return !start.isAfter(day) && (end == null || end.isAfter(day));
    }

    /** Whether it lives on a day, or would if nothing else had been arranged for that day. */
    boolean canGoOn(LocalDate day) {
        return livesOn(day) || (start.isBefore(day) && day.equals(end));
    }

    /** Whether it lives, or will, for at least a day. */
    public boolean isReal() {
        return end == null || end.isAfter(start);
    }
}
