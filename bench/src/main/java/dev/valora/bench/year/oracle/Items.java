package dev.valora.bench.year.oracle;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The items of one subscription, and what a change does to them.
 *
 * <p>Where the documents are silent: what began on the day of a change is what it replaces, and goes on being charged without
 * proration, also where it began by another change of that day.
 */
final class Items {

    private final Map<String, Price> prices;
    private final List<Item> all = new ArrayList<>();
    private int made;

    Items(Map<String, Price> prices, List<Wanted> wanted, LocalDate start) {
        this.prices = prices;
        wanted.forEach(one -> add(one, start));
    }

    List<Item> all() {
        return all;
    }

    private Item add(Wanted wanted, LocalDate start) {
        Item item = new Item(++made, price(wanted), wanted.quantity(), start);
        all.add(item);
        return item;
    }

    private Price price(Wanted wanted) {
        Price price = prices.get(wanted.price());
        if (price == null) {
            throw new IllegalArgumentException("nobody sells " + wanted.price());
        }
        return price;
    }

    /** Which interval rules on a day. */
    Interval intervalOn(LocalDate day) {
        return all.stream()
                .filter(item -> item.livesOn(day))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no item lives on " + day))
                .price()
                .interval();
    }

    /** The first day in a range, but not its first, on which another interval rules; the end of the range if none does. */
    LocalDate intervalUntil(Days range) {
        Interval first = intervalOn(range.start());
        LocalDate found = range.end();
        for (Item item : all) {
            LocalDate day = item.start();
            if (range.contains(day) && item.livesOn(day) && !intervalOn(day).equals(first)) {
                found = Days.earlier(found, day);
            }
        }
        return found;
    }

    /**
     * Other items from a day on. What was arranged for that day or later is replaced, and with it what it did to the charges of
     * items that had ended before; an item whose price and quantity are wanted again is kept.
     *
     * @param chargedUntil the day itself with proration; else the end of the period, until which what ends is charged and
     *     from which on what begins is
     */
    void change(LocalDate day, List<Wanted> wanted, LocalDate chargedUntil) {
        Interval interval = price(wanted.getFirst()).interval();
        all.forEach(item -> item.forgetCutsSince(day, chargedUntil.equals(day)));
        List<Wanted> missing = new ArrayList<>(wanted);
        List<Item> gone = new ArrayList<>();
        List<Item> ended = new ArrayList<>();
        Set<Item> undone = new HashSet<>();
        List<Item> next = new ArrayList<>();
        for (Item item : all) {
            boolean canGoOn = !item.start().isAfter(day)
                    && !item.end().isBefore(day)
                    && item.start().isBefore(item.end());
            if (canGoOn && take(missing, item)) {
                undone.addAll(begunInsteadOf(item, day));
                if (item.end().equals(day) && item.isChargedFrom(chargedUntil)) {
                    next.add(item);
                }
                item.goOn();
            } else if (item.start().isAfter(day)) {
                gone.add(item);
            } else if (item.end().isAfter(day)) {
                ended.add(item);
            }
        }
        List<Item> begun = missing.stream().map(one -> add(one, day)).toList();
        begun.forEach(item -> item.chargeFrom(chargedUntil));
        gone.forEach(item -> item.endOn(item.start(), item.start(), List.of()));
        next.addAll(begun);
        ended.forEach(item -> item.endOn(day, chargedUntil, followers(item, ended, next)));
        // What took the place of something on this day, and gives it back now, is not charged beside it.
        undone.stream().filter(item -> !item.livesOn(day)).forEach(item -> item.endOn(day, day, item.followers()));
        all.forEach(item -> cutWhatIsNotFollowed(item, day, chargedUntil, interval));
    }

    /** What began on a day where an item that is charged then had ended on that day, and what came after that on the day. */
    private static List<Item> begunInsteadOf(Item item, LocalDate day) {
        List<Item> found = new ArrayList<>();
        if (item.end().equals(day) && item.charged(new Days(day.minusDays(1), day)) != null) {
            List<Item> next = item.followers();
            while (!next.isEmpty()) {
                found.addAll(next);
                next = next.stream()
                        .flatMap(one -> one.followers().stream())
                        .filter(one -> one.start().equals(day) && !found.contains(one))
                        .toList();
            }
        }
        return found;
    }

    /** What is charged after an item: the same price in another quantity; else the other prices that came with the change. */
    private static List<Item> followers(Item item, List<Item> ended, List<Item> begun) {
        List<Item> same = begun.stream()
                .filter(other -> other.price().code().equals(item.price().code()))
                .toList();
        return !same.isEmpty()
                ? same
                : begun.stream()
                        .filter(other -> ended.stream()
                                .noneMatch(before -> before.price()
                                        .code()
                                        .equals(other.price().code())))
                        .toList();
    }

    /** What had ended stays charged as was arranged, unless all that was to be charged after it ends too. */
    private void cutWhatIsNotFollowed(Item item, LocalDate day, LocalDate chargedUntil, Interval interval) {
        // A period ends where its interval changes, and with it what was to be charged until its end.
        boolean isCut = !item.price().interval().equals(interval) || !isFollowed(item, day);
        if (!item.end().isAfter(day) && isCut) {
            List<Item> next = item.followers().stream()
                    .flatMap(follower -> follower.followers().stream())
                    .toList();
            item.cut(day, chargedUntil, next);
        }
    }

    /** Whether nothing is to be charged after an item, or something that lives, perhaps in place of what was to be before. */
    private static boolean isFollowed(Item item, LocalDate day) {
        List<Item> seen = new ArrayList<>();
        List<Item> next = item.followers();
        while (!next.isEmpty()) {
            seen.addAll(next);
            next = next.stream()
                    .filter(follower -> !follower.isChargedBefore(item.chargedUntil()))
                    .flatMap(follower -> follower.followers().stream())
                    .filter(follower -> !follower.isChargedBefore(item.chargedUntil()) && !seen.contains(follower))
                    .toList();
        }
        return seen.isEmpty() || seen.stream().anyMatch(follower -> follower.livesOn(day));
    }

    private static boolean take(List<Wanted> missing, Item item) {
        for (Wanted one : missing) {
            if (item.isSame(one)) {
                return missing.remove(one);
            }
        }
        return false;
    }
}
