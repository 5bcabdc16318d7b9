package dev.valora.billing.subscription;

import dev.valora.billing.calendar.BillingInterval;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How long the billed periods of a subscription are, over its life.
 *
 * @param first from the beginning
 * @param changes in the order of their days, each day once
 */
public record Intervals(BillingInterval first, List<Change> changes) {

    /**
     * Another interval.
     *
     * @param from the first day of the first period of this length
     */
    public record Change(LocalDate from, BillingInterval interval) {}

    public Intervals {
        changes = changes.stream().sorted(Comparator.comparing(Change::from)).toList();
    }

    /** One interval for ever. */
    public static Intervals of(BillingInterval only) {
        return new Intervals(only, List.of());
    }

    /** The interval of the period that contains the day. */
    public BillingInterval on(LocalDate day) {
        return lastChange(day).map(Change::interval).orElse(first);
    }

    /** These with another interval from a day on; what was to change on that day or later is dropped. */
    public Intervals changedOn(LocalDate day, BillingInterval interval) {
        Intervals before = before(day);
        if (before.on(day).equals(interval)) {
            return before;
        }
        return new Intervals(
                first,
                Stream.concat(before.changes.stream(), Stream.of(new Change(day, interval)))
                        .toList());
    }

    /** These without what changes on a day or later. */
    public Intervals before(LocalDate day) {
        return new Intervals(
                first,
                changes.stream().filter(change -> change.from().isBefore(day)).toList());
    }

    /** The same where a period has begun on that day: if it was a change that let it begin, it stays a beginning. */
    public Intervals changedSince(LocalDate day, BillingInterval interval) {
        Intervals changed = changedOn(day, interval);
        boolean began = changes.stream().anyMatch(change -> change.from().equals(day));
        return !began
                        || changed.changes().stream()
                                .anyMatch(change -> change.from().equals(day))
                ? changed
                : new Intervals(
                        first,
                        Stream.concat(changed.changes().stream(), Stream.of(new Change(day, interval)))
                                .toList());
    }

    /** These without what stayed a beginning though the interval is that of the days before. */
    Intervals withoutRepeats() {
        List<Change> real = new ArrayList<>();
        BillingInterval known = first;
        for (Change change : changes) {
            if (!change.interval().equals(known)) {
                real.add(change);
            }
            known = change.interval();
        }
        return new Intervals(first, real);
    }

    /** Whether a day has another interval than the days before it. */
    boolean changesOn(LocalDate day) {
        return !before(day).on(day).equals(on(day));
    }

    /** The last day on or before a day on which the interval changed. */
    Optional<LocalDate> changedOnOrBefore(LocalDate day) {
        return lastChange(day).map(Change::from);
    }

    /** The first day after a day on which the interval changes. */
    Optional<LocalDate> changesAfter(LocalDate day) {
        return changes.stream()
                .map(Change::from)
                .filter(from -> from.isAfter(day))
                .findFirst();
    }

    private Optional<Change> lastChange(LocalDate day) {
        return changes.stream().filter(change -> !change.from().isAfter(day)).reduce((earlier, later) -> later);
    }
}
