package dev.valora.billing.invoice;

import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.invoice.AdvanceTerms.Held;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The days of a licence that are still to be billed, and those to give back. Pure: each day on its own, due once or not at all,
 * less how often it was billed, more how often it was credited.
 */
final class AdvanceDays {

    private AdvanceDays() {}

    /**
     * Neighbouring days that lack the same.
     *
     * @param times how often each is to be billed; negative when it is to be given back, never 0
     */
    record Open(DateRange days, int times) {}

    /** What lacks, in the order of days; empty when what is due was billed and nothing else. */
    static List<Open> of(Optional<DateRange> due, List<Held> held) {
        TreeSet<LocalDate> bounds = new TreeSet<>();
        due.ifPresent(days -> addBounds(bounds, days));
        held.forEach(one -> addBounds(bounds, one.days()));
        List<Open> open = new ArrayList<>();
        for (LocalDate from : bounds) {
            LocalDate to = bounds.higher(from);
            if (to != null) {
                append(open, new Open(new DateRange(from, to), lacks(from, due, held)));
            }
        }
        return open;
    }

    private static void addBounds(Set<LocalDate> bounds, DateRange days) {
        bounds.add(days.start());
        bounds.add(days.end());
    }

    private static int lacks(LocalDate day, Optional<DateRange> due, List<Held> held) {
        int lacks = due.filter(days -> days.contains(day)).isPresent() ? 1 : 0;
        for (Held one : held) {
            if (one.days().contains(day)) {
                lacks += one.isCredit() ? 1 : -1;
            }
        }
        return lacks;
    }

    /** Joins what follows on without a gap and lacks the same. */
    private static void append(List<Open> open, Open next) {
        if (next.times() == 0) {
            return;
        }
        if (!open.isEmpty()
                && open.getLast().times() == next.times()
                && open.getLast().days().end().equals(next.days().start())) {
            DateRange joined =
                    new DateRange(open.getLast().days().start(), next.days().end());
            open.set(open.size() - 1, new Open(joined, next.times()));
        } else {
            open.add(next);
        }
    }
}
