package dev.valora.billing.subscription;

import dev.valora.billing.subscription.Arrangement.Wanted;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
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
        return new Arrangements(List.of(new Arrangement(start, start, items)));
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
     * quantity are wanted is the one that lives by then, so that its tiers and free units go on; one that was to begin on that
     * day keeps its id.
     *
     * @param wanted from its day on; its ids are those of items that turn out to be new
     * @throws IllegalArgumentException when the day lies before the start
     */
    public Arrangements with(Arrangement wanted) {
        List<Arrangement> kept = before(wanted.day());
        List<Wanted> known = new ArrayList<>(kept.getLast().items());
        inOrder.stream()
                .skip(kept.size())
                .filter(replaced -> replaced.day().equals(wanted.day()))
                .forEach(replaced -> replaced.items().stream()
                        .filter(item -> !kept.getLast().has(item.id()))
                        .forEach(known::add));
        List<Wanted> items =
                wanted.items().stream().map(item -> takeSame(known, item)).toList();
        kept.add(new Arrangement(wanted.day(), wanted.chargedFrom(), items));
        return new Arrangements(kept);
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
     * @param intervals of the subscription: where another one begins, a period ends and with it what was to be charged until its end
     */
    public List<Item> items(Intervals intervals) {
        ItemLives lives = new ItemLives();
        for (Arrangement arranged : inOrder) {
            lives.arrange(arranged);
            if (!intervals.before(arranged.day()).on(arranged.day()).equals(intervals.on(arranged.day()))) {
                lives.endPeriod(arranged.day());
            }
        }
        return lives.items();
    }
}
