package dev.valora.bench.year.oracle;

import java.time.LocalDate;
import java.time.YearMonth;

/**
 * Where periods are counted from: a month and a day that is not clamped, so that the 31st comes back after February.
 *
 * @param day 1 to 31
 */
record Anchor(YearMonth month, int day) {

    static Anchor on(LocalDate date) {
        return new Anchor(YearMonth.from(date), date.getDayOfMonth());
    }

    /** The first such day of a month, on or after a date. */
    static Anchor onOrAfter(LocalDate date, int day) {
        Anchor sameMonth = new Anchor(YearMonth.from(date), day);
        return sameMonth.date().isBefore(date) ? new Anchor(YearMonth.from(date).plusMonths(1), day) : sameMonth;
    }

    /** The day itself, the last of the month where that is shorter. */
    LocalDate date() {
        return month.atDay(Math.min(day, month.lengthOfMonth()));
    }

    /** The beginning of period n, which may be negative: counted from the anchor, never from the period before. */
    LocalDate boundary(Interval interval, long n) {
        return interval.months() > 0
                ? new Anchor(month.plusMonths(n * interval.months()), day).date()
                : date().plusDays(n * interval.days());
    }

    /** The full period of an interval that contains a day. */
    Days around(Interval interval, LocalDate inside) {
        long n = 0;
        while (boundary(interval, n).isAfter(inside)) {
            n--;
        }
        while (!boundary(interval, n + 1).isAfter(inside)) {
            n++;
        }
        return new Days(boundary(interval, n), boundary(interval, n + 1));
    }
}
