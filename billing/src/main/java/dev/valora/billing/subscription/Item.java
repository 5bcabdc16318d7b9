package dev.valora.billing.subscription;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Objects;
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

    /** Whether it lives on a day. */
    public boolean livesOn(LocalDate day) {
        return !start.isAfter(day) && (end == null || end.isAfter(day));
    }

    /** Whether it lives, or will, for at least a day. */
    public boolean isReal() {
        return end == null || end.isAfter(start);
    }

    /** The same when it no longer lives from a day on, and is charged until another, but not before it is charged at all. */
    Item ending(LocalDate day, LocalDate lastCharged) {
        return new Item(
                id,
                price,
                quantity,
                start,
                day,
                chargedFrom,
                lastCharged.isBefore(chargedFrom) ? chargedFrom : lastCharged);
    }

    /** The same, which has ended, charged no longer than until a day. */
    Item chargedAtMostUntil(LocalDate day) {
        LocalDate until = Objects.requireNonNull(chargedUntil, "only what has ended is cut");
        return until.isAfter(day) ? ending(Objects.requireNonNull(end, "only what has ended is cut"), day) : this;
    }

    /** The same when something else was arranged before it began. */
    Item neverBeginning() {
        return ending(start, chargedFrom);
    }
}
