package dev.valora.bench.year.oracle;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which days of a licence an invoice charges and gives back: those that are due less those that were billed, day after day.
 *
 * <p>Where the documents are silent: a day is billed in the cycle that it is in, so that what was billed of a cycle which has lost days to
 * the next one is given back there and charged here; neighbouring days stand on one line while they are in one cycle and, given back, were
 * charged by one line; a line of days charged costs what its first day's version says; an invoice looks at what was billed of
 * cycles up to the one that follows its own, so that a new revision of an old one leaves later cycles alone; what charges a whole
 * cycle is {@code recurring}, even when it comes late, and what charges a part of one in advance is {@code proration}.
 */
final class LicenceCharges {

    private final Books books;
    private final Terms terms;
    private final Issued invoice;
    private final Map<Integer, Days> periods;
    private final List<Stretch> stretches;

    /**
     * @param periods of the cycles of which what was billed is looked at, by their numbers
     * @param stretches where a day can be charged, in the order of time; none when all that was charged is given back
     */
    LicenceCharges(Books books, Terms terms, Issued invoice, Map<Integer, Days> periods, List<Stretch> stretches) {
        this.books = books;
        this.terms = terms;
        this.invoice = invoice;
        this.periods = Map.copyOf(periods);
        this.stretches = List.copyOf(stretches);
    }

    /**
     * A cycle whose days may be charged.
     *
     * @param full the days of the full period
     * @param inArrears whether licences in arrears are charged, and not those in advance
     */
    record Stretch(int cycle, Days days, long full, boolean inArrears) {}

    /**
     * What makes two days neighbours: the difference, and where and by what full period they are charged.
     *
     * @param back what charged the days that are given back; null for days that are charged
     */
    private record Reason(int difference, int cycle, long full, Books.@Nullable LicenceEntry back) {}

    void bill(Item item) {
        periods.keySet().stream().sorted().forEach(cycle -> bill(item, cycle));
    }

    private void bill(Item item, int cycle) {
        List<Books.LicenceEntry> entries = books.licences(item).stream()
                .filter(entry -> entry.cycle() == cycle)
                .toList();
        Days looked = looked(item, cycle, entries);
        if (looked == null) {
            return;
        }
        Reason reason = null;
        LocalDate since = looked.start();
        for (LocalDate day = since; !day.isAfter(looked.end()); day = day.plusDays(1)) {
            Reason here = day.equals(looked.end()) ? null : reason(item, cycle, entries, day);
            if (!Objects.equals(here, reason)) {
                if (reason != null) {
                    write(item, new Days(since, day), reason);
                }
                since = day;
                reason = here;
            }
        }
    }

    /**
     * The days that may be charged, and in advance those that were; null when there are none. Licences in arrears are billed once, with
     * the cycle that they are in.
     */
    private @Nullable Days looked(Item item, int cycle, List<Books.LicenceEntry> entries) {
        List<Days> all = new ArrayList<>();
        stretches.stream()
                .filter(stretch -> stretch.cycle() == cycle
                        && stretch.inArrears() == item.price().inArrears())
                .forEach(stretch -> all.add(stretch.days()));
        if (!item.price().inArrears()) {
            entries.forEach(entry -> all.add(entry.days()));
        }
        return all.stream()
                .reduce((one, other) ->
                        new Days(Days.earlier(one.start(), other.start()), Days.later(one.end(), other.end())))
                .orElse(null);
    }

    private @Nullable Reason reason(Item item, int cycle, List<Books.LicenceEntry> entries, LocalDate day) {
        int billed = 0;
        Books.LicenceEntry charged = null;
        for (Books.LicenceEntry entry : entries) {
            if (entry.days().contains(day)) {
                billed += entry.sign();
                charged = entry.sign() > 0 || charged == null ? entry : charged;
            }
        }
        Stretch stretch = stretch(item, cycle, day);
        int due = stretch != null && item.charged(new Days(day, day.plusDays(1))) != null ? 1 : 0;
        int difference = due - billed;
        if (difference == 0) {
            return null;
        }
        if (stretch != null && due == 1 && difference > 0) {
            return new Reason(difference, stretch.cycle(), stretch.full(), null);
        }
        Books.LicenceEntry known = Objects.requireNonNull(charged);
        // What was given back on an invoice that still counts, and charged on one that does not, is charged again.
        return new Reason(difference, known.cycle(), known.full(), difference < 0 ? known : null);
    }

    private @Nullable Stretch stretch(Item item, int cycle, LocalDate day) {
        for (Stretch stretch : stretches) {
            if (stretch.cycle() == cycle
                    && stretch.days().contains(day)
                    && stretch.inArrears() == item.price().inArrears()) {
                return stretch;
            }
        }
        return null;
    }

    private void write(Item item, Days days, Reason reason) {
        Books.LicenceEntry back = reason.back();
        if (back == null) {
            Version version = item.price().on(days.start());
            charge(new Books.LicenceEntry(item, days, 1, version, reason.full(), reason.cycle(), invoice));
            return;
        }
        Books.LicenceEntry entry =
                new Books.LicenceEntry(item, days, -1, back.version(), back.full(), back.cycle(), invoice);
        BigDecimal plain = amount(entry);
        BigDecimal amount = plain.add(bound(entry, plain).amount()).negate();
        invoice.add(new Line("proration", item.price().code(), back.cycle(), days, item.quantity(), amount));
        books.add(entry);
    }

    private void charge(Books.LicenceEntry entry) {
        Item item = entry.item();
        String code = item.price().code();
        BigDecimal amount = amount(entry);
        UsageCharge.Bound bound = bound(entry, amount);
        boolean isWhole = entry.days().equals(periods.get(entry.cycle()));
        String kind = isWhole || item.price().inArrears() ? "recurring" : "proration";
        if (kind.equals("proration")) {
            amount = amount.add(bound.amount());
        } else {
            Line line = bound.toLine(code, entry.cycle(), entry.days());
            if (line != null) {
                invoice.add(line);
            }
        }
        invoice.add(new Line(kind, code, entry.cycle(), entry.days(), item.quantity(), amount));
        books.add(entry);
    }

    private UsageCharge.Bound bound(Books.LicenceEntry entry, BigDecimal amount) {
        return UsageCharge.bound(entry.version(), amount, entry.days().count(), entry.full(), terms.exponent());
    }

    private BigDecimal amount(Books.LicenceEntry entry) {
        BigDecimal exact = Rating.licence(entry.version(), entry.item().quantity());
        return Rating.rounded(exact, entry.days().count(), entry.full(), terms.exponent());
    }
}
