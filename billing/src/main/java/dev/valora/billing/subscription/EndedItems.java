package dev.valora.billing.subscription;

import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.subscription.ItemChange.Effect;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How long items are charged that had ended without proration before a change, or on its day. Pure.
 *
 * <p>Nothing is kept of who replaced whom; it follows from days: what replaced an item began where that one ended, and is charged
 * from the day until which that one is. An item that was replaced on the day on which it began never lived, and cannot go on; what
 * ended where it began is not followed by it.
 *
 * @param items all there are, each charged as was arranged before the change
 * @param going those that go on
 */
record EndedItems(List<Item> items, List<Item> going, Effect effect) {

    EndedItems {
        items = List.copyOf(items);
        going = List.copyOf(going);
    }

    /**
     * An item that had ended without proration as it was charged before a change of the same day or a later one, which does not
     * come about, cut it: until what lived from then on is charged; where nothing waits for that, to the end of its period, which
     * is cut only by another interval. A change without proration leaves the days up to the period's end as a change of the same day
     * left them.
     */
    static Item arranged(Item item, List<Item> items, Effect effect) {
        LocalDate end = item.end();
        LocalDate until = item.chargedUntil();
        if (end == null || until == null || end.isAfter(effect.day()) || !until.isAfter(end)) {
            return item;
        }
        // One that was never charged, since it had ended before it would have been, does not begin to be.
        if (!until.isAfter(item.chargedFrom())
                || until.isBefore(effect.day())
                || (until.equals(effect.day()) && !effect.isProrated())) {
            return item;
        }
        LocalDate periodEnd = periodEnd(item, end, effect.lifetime());
        LocalDate latest = items.stream()
                .filter(other -> !other.start().isAfter(end) && isOnOrAfter(other.end(), end))
                .map(Item::chargedFrom)
                .filter(from -> from.isAfter(end) && !from.isAfter(periodEnd))
                .reduce(EndedItems::later)
                .orElseGet(() -> wasCutByInterval(until, effect) ? periodEnd : until);
        return new Item(
                item.id(), item.price(), item.quantity(), item.start(), end, item.chargedFrom(), later(until, latest));
    }

    private static boolean isOnOrAfter(@Nullable LocalDate end, LocalDate day) {
        return end == null || !end.isBefore(day);
    }

    private static boolean wasCutByInterval(LocalDate until, Effect effect) {
        return effect.lifetime().intervals().changes().stream()
                .anyMatch(change -> change.from().equals(until));
    }

    /** The end of the period in which it ended, of the interval that it was bought for. */
    private static LocalDate periodEnd(Item item, LocalDate end, Lifetime lifetime) {
        Intervals known = item.isReal() ? lifetime.intervals().before(end) : lifetime.intervals();
        return lifetime.fullPeriodOf(new DateRange(end, end.plusDays(1)), known.on(end))
                .end();
    }

    private static LocalDate later(LocalDate one, LocalDate other) {
        return one.isAfter(other) ? one : other;
    }

    /**
     * Whether an item had ended before and stays charged as was arranged then: unless what is to be charged after it now ends
     * itself, or has been ended by a change of the same day that cut the item, so that others are charged at once.
     *
     * @param before the item as it was before the change
     * @param item the same as it was arranged
     */
    boolean isSettled(Item before, Item item) {
        LocalDate end = item.end();
        LocalDate until = item.chargedUntil();
        if (end == null || until == null || end.isAfter(effect.day()) || effect.endsPeriodsOf(item)) {
            return false;
        }
        List<Item> alive = following(item, until, other -> other.livesOn(effect.day()));
        // What had ended on the day and comes back follows what it followed before, not what began or ended beside it.
        List<Item> back = following(
                item,
                until,
                other -> !other.livesOn(effect.day()) && other.canGoOn(effect.day()) && end.isBefore(effect.day()));
        if (back.stream().anyMatch(going::contains)) {
            return true;
        }
        // Where a change of the same day cut it, what lives by now follows what that change let be charged from the day
        // on.
        boolean wasCut = effect.day().equals(before.chargedUntil());
        return wasCut
                ? alive.isEmpty() && back.isEmpty()
                : alive.isEmpty() || alive.stream().anyMatch(going::contains);
    }

    /**
     * Whether an item that began on the day is replaced by what it had replaced, which comes back and is charged itself: then it
     * is not charged, without proration either.
     */
    boolean isUndone(Item item) {
        return item.start().equals(effect.day())
                && going.stream()
                        .anyMatch(other -> effect.day().equals(other.end())
                                && !other.chargedFrom().isAfter(effect.day())
                                && hasReplaced(item, other));
    }

    private boolean hasReplaced(Item item, Item other) {
        return item.price().equals(other.price())
                || (items.stream()
                                .noneMatch(begun -> begun.start().equals(effect.day())
                                        && begun.price().equals(other.price()))
                        && items.stream()
                                .noneMatch(ended -> ended.start().isBefore(effect.day())
                                        && effect.day().equals(ended.end())
                                        && ended.price().equals(item.price())));
    }

    /** What is to be charged after an item: the same price in another quantity, else the other prices that replaced others. */
    private List<Item> following(Item item, LocalDate until, Predicate<Item> isAsked) {
        List<Item> waiting = items.stream()
                .filter(other -> other.chargedFrom().isAfter(effect.chargedFrom())
                        && other.chargedFrom().equals(until)
                        && isAsked.test(other))
                .toList();
        List<Item> same = waiting.stream()
                .filter(other -> other.price().equals(item.price()))
                .toList();
        if (!same.isEmpty() || !wasReplaced(item, until)) {
            return same;
        }
        return waiting.stream()
                .filter(other -> !isCharged(other.price(), until))
                .toList();
    }

    /** Whether anything came with the change that ended an item; what came later has replaced others. */
    private boolean wasReplaced(Item item, LocalDate until) {
        LocalDate end = Objects.requireNonNull(item.end(), "only what has ended is asked about");
        return items.stream()
                .filter(other ->
                        !other.start().isAfter(end) && other.chargedFrom().equals(until))
                .anyMatch(other -> other.price().equals(item.price()) || !isCharged(other.price(), until));
    }

    /** Whether an item of that price is charged until the day: then what begins there with the same price follows that one. */
    private boolean isCharged(String price, LocalDate until) {
        return items.stream()
                .anyMatch(item -> item.price().equals(price)
                        && item.chargedFrom().isBefore(until)
                        && Objects.equals(until, item.chargedUntil()));
    }
}
