package dev.valora.billing.subscription;

import dev.valora.billing.calendar.DateRange;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;

/**
 * What a subscription has from a day on, until another arrangement follows.
 *
 * @param day from which on these items live
 * @param items all that live, those that go on among them
 */
public record Arrangement(LocalDate day, Charging charging, List<Wanted> items) {

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
        items = List.copyOf(items);
    }

    boolean has(UUID item) {
        return items.stream().anyMatch(wanted -> wanted.id().equals(item));
    }

    /** Whether the same was asked for: with or without proration, and the same items. */
    boolean isAskedAgainBy(Arrangement other) {
        return charging.isProrated() == other.charging.isProrated()
                && new HashSet<>(items).equals(new HashSet<>(other.items));
    }

    /**
     * From which day on what begins is charged, and until which what ends is; where another interval begins, that day. That the
     * subscription may end before does not matter, nor that another interval which was undone has left a period that begins in between.
     */
    LocalDate chargedFrom(Lifetime lifetime) {
        Intervals intervals = lifetime.intervals().withoutRepeats();
        if (charging.isProrated() || lifetime.isInTrial(day) || intervals.changesOn(day)) {
            return day;
        }
        DateRange period = lifetime.endingOn(null).withIntervals(intervals).periodContaining(day);
        return charging == Charging.WITH_PERIOD && period.start().equals(day) ? day : period.end();
    }
}
