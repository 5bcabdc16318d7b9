package dev.valora.billing.subscription;

import dev.valora.billing.subscription.Arrangement.Wanted;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All that is arranged for a subscription: what it began with, and what it has instead from which day on. Pure.
 *
 * @param inOrder of their days. Each day once, but that the day of the start may have two: what the subscription began with is
 *     always the first
 */
public record Arrangements(List<Arrangement> inOrder) {

    public Arrangements {
        inOrder = List.copyOf(inOrder);
        if (inOrder.isEmpty()) {
            throw new IllegalArgumentException("a subscription begins with something");
        }
    }

    /** What a new subscription begins with. */
    public static Arrangements from(LocalDate start, List<Wanted> items) {
        return new Arrangements(List.of(new Arrangement(start, Charging.BY_DAYS, items)));
    }

    /**
     * What is left of all that was ever asked for.
     *
     * @param asked in that order, as {@link #last} told it each time
     */
    public static Arrangements of(List<Arrangement> asked) {
        Arrangements all = new Arrangements(asked.subList(0, 1));
        for (Arrangement next : asked.subList(1, asked.size())) {
            all = new Arrangements(Stream.concat(all.before(next.day()).stream(), Stream.of(next))
                    .toList());
        }
        return all;
    }

    /** What was asked for last, with the ids that its items have. */
    public Arrangement last() {
        return inOrder.getLast();
    }

    /**
     * These with other items from a day on. What was arranged for that day or later does not come about. An item whose price and
     * quantity are wanted is the one that lives by then, so that its tiers and free units go on. What was to begin on that day, with
     * proration or without as now, keeps its id, and with a period that lay ahead it is charged still; and if just that is asked for again,
     * its arrangement stays.
     *
     * @param wanted from its day on; its ids are those of items that turn out to be new
     * @throws IllegalArgumentException when the day lies before the start
     */
    public Arrangements with(Arrangement wanted) {
        List<Arrangement> kept = before(wanted.day());
        Optional<Arrangement> replaced = changeOn(wanted.day())
                .filter(arranged ->
                        arranged.charging().isProrated() == wanted.charging().isProrated());
        List<Wanted> known = new ArrayList<>(kept.getLast().items());
        replaced.ifPresent(arranged -> arranged.items().stream()
                .filter(item -> !kept.getLast().has(item.id()))
                .forEach(known::add));
        List<Wanted> items =
                wanted.items().stream().map(item -> takeSame(known, item)).toList();
        Charging charging = replaced.map(Arrangement::charging)
                .filter(Charging.WITH_PERIOD::equals)
                .orElse(wanted.charging());
        Arrangement next = new Arrangement(wanted.day(), charging, items);
        kept.add(replaced.filter(next::isAskedAgainBy).orElse(next));
        return new Arrangements(kept);
    }

    /** The change of a day; what the subscription began with is none. */
    public Optional<Arrangement> changeOn(LocalDate day) {
        return inOrder.stream()
                .skip(1)
                .filter(arranged -> arranged.day().equals(day))
                .findFirst();
    }

    /** Everything that may go on from a day on, or come back on it: what lives by now, then what lived before that day. */
    public List<Item> known(LocalDate day, List<Item> items) {
        Arrangement before = before(day).getLast();
        return Stream.concat(
                        items.stream().filter(item -> item.livesOn(day)),
                        items.stream().filter(item -> !item.livesOn(day) && before.has(item.id())))
                .toList();
    }

    private static Wanted takeSame(List<Wanted> known, Wanted wanted) {
        for (Iterator<Wanted> each = known.iterator(); each.hasNext(); ) {
            Wanted found = each.next();
            if (found.isSameAs(wanted)) {
                each.remove();
                return found;
            }
        }
        return wanted;
    }

    /** What the subscription began with, and what was arranged for days before a day. */
    private List<Arrangement> before(LocalDate day) {
        if (day.isBefore(inOrder.getFirst().day())) {
            throw new IllegalArgumentException(day + " lies before the start");
        }
        List<Arrangement> kept = new ArrayList<>(List.of(inOrder.getFirst()));
        inOrder.stream()
                .skip(1)
                .filter(arranged -> arranged.day().isBefore(day))
                .forEach(kept::add);
        return kept;
    }

    /**
     * All items that there are by these arrangements, in the order in which they begin.
     *
     * @param lifetime of the subscription: where another interval begins, a period ends and with it what was to be charged until its
     *     end
     */
    public List<Item> items(Lifetime lifetime) {
        ItemLives lives = new ItemLives();
        Intervals intervals = lifetime.intervals();
        for (Arrangement arranged : inOrder) {
            lives.arrange(arranged, arranged.chargedFrom(lifetime));
            if (intervals.changesOn(arranged.day())) {
                lives.endPeriod(arranged.day());
            }
        }
        return lives.items();
    }
}
