package dev.valora.bench.year.oracle;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One subscription from its beginning, told again from what was asked of it. One thread; one use.
 *
 * <p>Where the documents are silent: a change without proration on the first day of a period that lies ahead takes effect there,
 * since nothing of that period is charged yet; whoever asks for a new revision gets one, though nothing is to be said on it; an
 * adjustment that was made after the cut of a new revision is not on it, since an invoice follows from what was there at its cut.
 */
public final class Life {

    private final World world;
    private final Terms terms;
    private final Sold sold;
    private final Items items;
    private final Calendar calendar;
    private final Books books = new Books();
    private final List<Cycle> cycles = new ArrayList<>();
    private final List<Issued> invoices = new ArrayList<>();
    private final List<Adjustment> adjustments = new ArrayList<>();
    private Instant seen = Instant.MIN;
    private boolean begun;
    private boolean isCanceledAtOnce;

    private Life(World world, Sold sold) {
        this.world = world;
        this.terms = world.terms();
        this.sold = sold;
        this.items = new Items(world.prices(), sold.items(), sold.start());
        this.calendar = new Calendar(sold, items);
        items.follow(calendar);
    }

    /** An amount that somebody asked for, and the invoice it is on. */
    private static final class Adjustment {
        private final Instant at;
        private final BigDecimal amount;
        private @Nullable Issued invoice;

        Adjustment(Instant at, BigDecimal amount) {
            this.at = at;
            this.amount = amount;
        }
    }

    /** What there must be once everything that is due at an instant is done. */
    public static Told tell(World world, Sold sold, Instant now) {
        Life life = new Life(world, sold);
        for (Act act : sold.acts()) {
            life.liveUntil(act.at());
            life.seen = later(life.seen, act.at());
            life.does(act);
        }
        life.liveUntil(now);
        Cycle open = life.open();
        Days period = open == null || open.isTail() ? null : open.period();
        List<Invoice> invoices = life.invoices.stream().map(Issued::toInvoice).toList();
        return new Told(life.status(world.terms().dayOf(now), invoices), period, invoices);
    }

    private String status(LocalDate today, List<Invoice> all) {
        boolean neverBegins = !calendar.end().isAfter(sold.start());
        if (isCanceledAtOnce || neverBegins || !calendar.end().isAfter(today)) {
            return "canceled";
        }
        if (!begun) {
            return "scheduled";
        }
        boolean isOverdue = all.stream()
                .anyMatch(invoice ->
                        invoice.status().equals("finalized") && invoice.due().isBefore(today));
        return calendar.isTrial(today) ? "trialing" : isOverdue ? "past_due" : "active";
    }

    /** Does what is due in the order in which it came due: begin, then end periods, then close cycles. */
    private void liveUntil(Instant now) {
        while (true) {
            Instant begin = begun ? Instant.MAX : begin();
            Cycle open = open();
            Instant roll = open == null ? Instant.MAX : open.period().endsAt(terms.zone());
            Cycle waiting = waiting();
            Instant close = waiting == null ? Instant.MAX : waiting.cut();
            if (!begin.isAfter(now)) {
                seen = later(seen, begin);
                activate(begin);
            } else if (open != null && !roll.isAfter(now) && !roll.isAfter(close)) {
                seen = later(seen, roll);
                open.roll();
                openNext(open.period().end());
            } else if (waiting != null && !close.isAfter(now)) {
                close(waiting);
            } else {
                return;
            }
        }
    }

    private Instant begin() {
        if (!calendar.end().isAfter(sold.start())) {
            return Instant.MAX;
        }
        Instant start = sold.start().atStartOfDay(terms.zone()).toInstant();
        return start.isAfter(sold.created()) ? start : sold.created();
    }

    private @Nullable Cycle open() {
        return cycles.stream()
                .filter(cycle -> cycle.state() == Cycle.State.OPEN)
                .findFirst()
                .orElse(null);
    }

    private @Nullable Cycle waiting() {
        return cycles.stream()
                .filter(cycle -> cycle.state() == Cycle.State.AWAITING_CUT)
                .findFirst()
                .orElse(null);
    }

    private void activate(Instant due) {
        begun = true;
        openNext(sold.start());
        Cycle first = cycles.getFirst();
        if (!first.isTrial()) {
            Issued opening = issued(0, 1, first, first.period().start(), due);
            new Closing(world, books, calendar, items, sold.customer()).open(opening, first);
            finish(opening, first);
        }
    }

    private void openNext(LocalDate start) {
        int number = cycles.size() + 1;
        boolean isTail = !start.isBefore(calendar.end());
        Days period = isTail ? calendar.tail(start, tailsEnd()) : calendar.from(start);
        if (period != null) {
            Cycle.Kind kind = isTail ? Cycle.Kind.TAIL : calendar.isTrial(start) ? Cycle.Kind.TRIAL : Cycle.Kind.PAID;
            Policy policy = terms.policyAt(seen);
            cycles.add(new Cycle(number, period, cut(period, number, policy, Instant.MIN), kind, policy));
        }
    }

    /** The day on which a tail that begins is not needed any more: usage of the last day is too old, and a day more. */
    private LocalDate tailsEnd() {
        return calendar.end().plusDays(terms.maxEventAgeDays() + 1L);
    }

    private Instant cut(Days period, int number, Policy policy, Instant changed) {
        Duration grace = Duration.ofHours(policy.graceHours());
        Instant cut = wholeHour(period.endsAt(terms.zone()).plus(grace));
        cut = later(cut, wholeHour(sold.created().plus(grace)));
        cut = changed.equals(Instant.MIN) ? cut : later(cut, wholeHour(changed.plus(grace)));
        return number > 1 ? later(cut, cycles.get(number - 2).cut()) : cut;
    }

    private static Instant wholeHour(Instant instant) {
        Instant hour = instant.truncatedTo(ChronoUnit.HOURS);
        return hour.equals(instant) ? hour : hour.plus(1, ChronoUnit.HOURS);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private void close(Cycle cycle) {
        Issued invoice = issued(cycle.number(), 1, cycle, cycle.period().end(), cycle.cut());
        new Closing(world, books, calendar, items, sold.customer()).close(invoice, cycles, cycle);
        adjust(invoice, cycle.period(), cycle.cut());
        finish(invoice, cycle);
    }

    private static Issued issued(int number, int revision, Cycle cycle, LocalDate day, Instant due) {
        LocalDate payable = day.plusDays(cycle.policy().netTermsDays());
        return new Issued(number, revision, cycle.period(), day, payable, due);
    }

    private void adjust(Issued invoice, Days days, Instant cut) {
        for (Adjustment adjustment : adjustments) {
            Issued on = adjustment.invoice;
            if (adjustment.at.isBefore(cut) && (on == null || on.isVoid())) {
                adjustment.invoice = invoice;
                invoice.add(new Line("adjustment", null, null, days, null, adjustment.amount));
            }
        }
    }

    /** What is left out stands in the books all the same. */
    private void finish(Issued invoice, Cycle cycle) {
        boolean isLeftOut = cycle.policy().skipsZeroInvoices() && invoice.isZero();
        if (!invoice.isEmpty() && !isLeftOut) {
            invoice.settleIfNothingIsOwed();
            invoices.add(invoice);
        }
    }

    private void does(Act act) {
        switch (act) {
            case Act.Change change -> change(change);
            case Act.Cancel cancel -> {
                isCanceledAtOnce = cancel.end() == Act.End.NOW;
                calendar.endOn(end(cancel));
            }
            case Act.Uncancel uncancel -> calendar.endOn(Days.FOREVER);
            case Act.EndTrial ended -> calendar.chargeFrom(terms.dayOf(ended.at()));
            case Act.Adjust adjust ->
                adjustments.add(new Adjustment(
                        adjust.at(), adjust.amount().setScale(terms.exponent(), RoundingMode.UNNECESSARY)));
            case Act.Pay pay -> found(pay.cycle(), pay.revision()).pay();
            case Act.TakeBack back -> takeBack(back);
        }
        items.follow(calendar);
        writeOpenCycleAnew(act.at());
    }

    private void change(Act.Change change) {
        boolean isNew = items.change(change.day(), change.items(), change.prorates());
        if (isNew && change.day().isAfter(terms.dayOf(change.at())) && calendar.begins(change.day())) {
            items.lastLiesAhead();
        }
    }

    private LocalDate end(Act.Cancel cancel) {
        LocalDate today = terms.dayOf(cancel.at());
        return switch (cancel.end()) {
            case NOW -> begun ? today.plusDays(1) : sold.start();
            case DATE -> Objects.requireNonNull(cancel.day());
            case PERIOD_END -> {
                Cycle open = open();
                yield open == null ? sold.start() : open.period().end();
            }
        };
    }

    private void takeBack(Act.TakeBack back) {
        Issued invoice = found(back.cycle(), back.revision());
        invoice.takeBack();
        if (!back.reissues()) {
            books.waive(invoice);
            return;
        }
        Invoice before = invoice.toInvoice();
        Cycle cycle = cycles.get(Math.max(0, back.cycle() - 1));
        Issued again = new Issued(
                before.cycle(), before.revision() + 1, before.period(), before.issued(), before.due(), back.at());
        Closing closing = new Closing(world, books, calendar, items, sold.customer());
        if (back.cycle() == 0) {
            closing.open(again, cycle);
        } else {
            Instant cut = cutOfReissue(back.at(), cycle.policy());
            closing.again(again, cycles, cycle, cut);
            adjust(again, before.period(), cut);
        }
        again.settleIfNothingIsOwed();
        invoices.add(again);
    }

    /** The last whole hour, but not behind the cut of a cycle that waits; recorded-only usage as of the last closing. */
    private Instant cutOfReissue(Instant now, Policy policy) {
        Instant cut = now.truncatedTo(ChronoUnit.HOURS);
        Cycle waiting = waiting();
        if (waiting != null && waiting.cut().isBefore(cut)) {
            cut = waiting.cut();
        }
        boolean isOver = open() == null && waiting == null;
        if (policy.recordsLateUsageOnly() && !isOver) {
            cut = cycles.stream()
                    .filter(cycle -> cycle.state() == Cycle.State.CLOSED)
                    .map(Cycle::cut)
                    .reduce(Instant.MIN, Life::later);
        }
        return cut;
    }

    private Issued found(int cycle, int revision) {
        return invoices.stream()
                .filter(invoice -> invoice.cycle() == cycle && invoice.revision() == revision)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "cycle " + cycle + " must not have an invoice of revision " + revision));
    }

    private void writeOpenCycleAnew(Instant now) {
        Cycle open = open();
        if (open == null || open.isTail()) {
            return;
        }
        LocalDate start = open.period().start();
        if (!start.isBefore(calendar.end())) {
            Days tail = Objects.requireNonNull(calendar.tail(start, tailsEnd()));
            open.becomeTail();
            open.moveEnd(tail, cut(tail, open.number(), open.policy(), now));
            return;
        }
        Days period = calendar.from(start);
        if (!period.equals(open.period())) {
            open.moveEnd(period, cut(period, open.number(), open.policy(), now));
        }
    }
}
