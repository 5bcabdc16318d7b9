package dev.valora.billing.calendar;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;

/**
 * How long a billing period is.
 *
 * @param count of units, 1 to 36
 */
public record BillingInterval(Unit unit, int count) {

    /** Counts of more than three years of months are mistakes. */
    public static final int COUNT_MAX = 36;

    /** What is counted; the names on the wire are the constants in lower case. */
    public enum Unit {
        DAY(0, 1),
        WEEK(0, 7),
        MONTH(1, 0),
        QUARTER(3, 0),
        YEAR(12, 0);

        private final int months;
        private final int days;

        Unit(int months, int days) {
            this.months = months;
            this.days = days;
        }
    }

    public BillingInterval {
        if (count < 1 || count > COUNT_MAX) {
            throw new IllegalArgumentException("count must be 1 to " + COUNT_MAX + ", not " + count);
        }
    }

    /** Whether periods follow months, and so may be anchored to a day of the month. */
    public boolean isMonthly() {
        return unit.months > 0;
    }

    /** Months in a period; 0 when periods are counted in days. */
    long months() {
        return (long) unit.months * count;
    }

    /** Days in a period; 0 when periods follow months. */
    long days() {
        return (long) unit.days * count;
    }

    /** A number of whole intervals between two dates that is right or one off, for finding a period. */
    long approximateIntervalsBetween(LocalDate from, LocalDate to) {
        return isMonthly()
                ? Math.floorDiv(ChronoUnit.MONTHS.between(from.withDayOfMonth(1), to.withDayOfMonth(1)), months())
                : Math.floorDiv(ChronoUnit.DAYS.between(from, to), days());
    }
}
