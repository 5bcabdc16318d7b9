package dev.valora.billing.calendar;

import java.time.LocalDate;
import java.time.YearMonth;

/**
 * What every period is computed from: a month and a day that may be greater than the month is long.
 *
 * @param day 1 to 31; clamped to the last day of a shorter month when a date is made of it, and only then
 */
public record Anchor(YearMonth month, int day) {

    public Anchor {
        if (day < 1 || day > 31) {
            throw new IllegalArgumentException("an anchor day is 1 to 31, not " + day);
        }
    }

    /** The anchor of a subscription that bills from its start. */
    public static Anchor at(LocalDate start) {
        return new Anchor(YearMonth.from(start), start.getDayOfMonth());
    }

    /** The first such day of a month on or after the start, clamped in short months. */
    public static Anchor onOrAfter(LocalDate start, int day) {
        Anchor sameMonth = new Anchor(YearMonth.from(start), day);
        return sameMonth.date().isBefore(start) ? new Anchor(sameMonth.month.plusMonths(1), day) : sameMonth;
    }

    /** The anchor's own date. */
    public LocalDate date() {
        return dateInMonth(month);
    }

    /** The anchor's day in another month, clamped to its last day. */
    LocalDate dateInMonth(YearMonth other) {
        return other.atDay(Math.min(day, other.lengthOfMonth()));
    }
}
