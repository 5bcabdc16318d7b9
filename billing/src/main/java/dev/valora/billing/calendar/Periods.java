package dev.valora.billing.calendar;

import java.time.LocalDate;

/**
 * The periods that an anchor and an interval cut time into. Period 0 begins at the anchor; there are periods before it. Every
 * day lies in exactly one.
 */
public record Periods(Anchor anchor, BillingInterval interval) {

    /** The first day of period {@code n}, computed from the anchor. */
    public LocalDate start(long n) {
        return interval.isMonthly()
                ? anchor.dateInMonth(anchor.month().plusMonths(Math.multiplyExact(n, interval.months())))
                : anchor.date().plusDays(Math.multiplyExact(n, interval.days()));
    }

    /** Period {@code n}. */
    public DateRange period(long n) {
        return new DateRange(start(n), start(n + 1));
    }

    /** The number of the period that contains the day. */
    public long indexOf(LocalDate day) {
        long n = interval.approximateIntervalsBetween(anchor.date(), day);
        while (start(n).isAfter(day)) {
            n--;
        }
        while (!start(n + 1).isAfter(day)) {
            n++;
        }
        return n;
    }

    /** The period that contains the day. */
    public DateRange containing(LocalDate day) {
        return period(indexOf(day));
    }
}
