package dev.valora.billing.subscription;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;

/**
 * What a subscription has from a day on, until another arrangement follows.
 *
 * @param day from which on these items live
 * @param chargedFrom from which on what begins is charged, and until which what ends is: the day, or without proration the end of
 *     the period
 * @param items all that live, those that go on among them
 */
public record Arrangement(LocalDate day, LocalDate chargedFrom, List<Wanted> items) {

    /**
     * An item that is wanted.
     *
     * @param id that it gets if it turns out to be new
     */
    public record Wanted(UUID id, String price, BigDecimal quantity) {

        boolean isSameAs(Wanted other) {
            return price.equals(other.price) && quantity.compareTo(other.quantity) == 0;
        }
    }

    public Arrangement {
        if (chargedFrom.isBefore(day)) {
            throw new IllegalArgumentException(
                    "what begins on " + day + " cannot be charged from " + chargedFrom + " on");
        }
        items = List.copyOf(items);
    }

    /** Whether the rest of the period is charged and given back by days. */
    boolean isProrated() {
        return chargedFrom.equals(day);
    }

    boolean has(UUID item) {
        return items.stream().anyMatch(wanted -> wanted.id().equals(item));
    }
}
