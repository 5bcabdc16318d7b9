package dev.valora.billing.subscription;

import dev.valora.billing.calendar.Anchor;
import dev.valora.billing.calendar.BillingInterval;
import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.calendar.Periods;
import java.time.LocalDate;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The periods of a subscription from its start on: the trial, if there is one, those that are billed, and those that follow
 * its end, in which only late usage is billed.
 *
 * @param start the first day
 * @param trialEnd the first day that costs; null without a trial
 * @param anchorDay day of the month on which billed periods begin; empty when they begin on the day of the first of them
 * @param intervals of the billed periods; all of them are counted from the same anchor
 * @param end the first day that is not billed; null while nothing ends it
 */
public record Lifetime(
        LocalDate start,
        @Nullable LocalDate trialEnd,
        OptionalInt anchorDay,
        Intervals intervals,
        @Nullable LocalDate end) {

    public Lifetime {
        if (trialEnd != null && !trialEnd.isAfter(start)) {
            throw new IllegalArgumentException("a trial from " + start + " cannot end on " + trialEnd);
        }
        if (end != null && end.isBefore(start)) {
            throw new IllegalArgumentException("what starts on " + start + " cannot end on " + end);
        }
    }

    /** The same with another end; null for none. */
    public Lifetime endingOn(@Nullable LocalDate day) {
        return new Lifetime(start, trialEnd, anchorDay, intervals, day);
    }

    /** The same with a trial that ends on another day, or with none if that is the start. */
    public Lifetime withTrialUntil(LocalDate day) {
        return new Lifetime(start, day.isAfter(start) ? day : null, anchorDay, intervals, end);
    }

    /** The same with other intervals. */
    public Lifetime withIntervals(Intervals others) {
        return new Lifetime(start, trialEnd, anchorDay, others, end);
    }

    /** The first day that is billed. */
    public LocalDate billingStart() {
        return trialEnd == null ? start : trialEnd;
    }

    /** The trial, or the first billed period. */
    public DateRange firstPeriod() {
        return periodContaining(start);
    }

    /** Whether the subscription is over on a day. */
    public boolean isOver(LocalDate day) {
        return end != null && !day.isBefore(end);
    }

    /**
     * The period that contains the day, which must not lie before the start. A change of interval and the end of the subscription
     * are ends of periods too.
     */
    public DateRange periodContaining(LocalDate day) {
        if (day.isBefore(start)) {
            throw new IllegalArgumentException(day + " lies before the start " + start);
        }
        DateRange period = isInTrial(day) ? new DateRange(start, billingStart()) : billedPeriod(day);
        LocalDate last = end;
        if (last == null) {
            return period;
        }
        return day.isBefore(last)
                ? new DateRange(period.start(), earlier(period.end(), last))
                : new DateRange(later(period.start(), last), period.end());
    }

    /** The full period that a period is, or is a stub of; proration divides by its days. A trial is its own. */
    public DateRange fullPeriodOf(DateRange period) {
        return fullPeriodOf(period, intervalsUntilEnd().on(period.start()));
    }

    /**
     * The full period of an interval that days of a licence are charged for, whatever the subscription's interval is by now: the
     * days that were billed before a change on a period's first day were billed for a period of the interval before.
     */
    public DateRange fullPeriodOf(DateRange period, BillingInterval interval) {
        return isInTrial(period.start())
                ? new DateRange(start, billingStart())
                : new Periods(anchor(), interval).containing(period.start());
    }

    /** Whether the day costs nothing. */
    public boolean isInTrial(LocalDate day) {
        return trialEnd != null && day.isBefore(trialEnd);
    }

    private DateRange billedPeriod(LocalDate day) {
        Intervals known = intervalsUntilEnd();
        DateRange full = new Periods(anchor(), known.on(day)).containing(day);
        LocalDate from = later(
                full.start(), later(billingStart(), known.changedOnOrBefore(day).orElse(billingStart())));
        LocalDate to = known.changesAfter(later(day, billingStart()))
                .map(change -> earlier(change, full.end()))
                .orElse(full.end());
        return new DateRange(from, to);
    }

    /** What was to change on the end or later does not come about: what follows the end is as long as the periods were. */
    private Intervals intervalsUntilEnd() {
        return end == null ? intervals : intervals.before(end);
    }

    private Anchor anchor() {
        return anchorDay.isPresent()
                ? Anchor.onOrAfter(billingStart(), anchorDay.getAsInt())
                : Anchor.at(billingStart());
    }

    private static LocalDate earlier(LocalDate one, LocalDate other) {
        return one.isBefore(other) ? one : other;
    }

    private static LocalDate later(LocalDate one, LocalDate other) {
        return one.isAfter(other) ? one : other;
    }
}
