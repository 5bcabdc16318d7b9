package dev.valora.bench.year.oracle;

/**
 * How long a period is.
 *
 * @param unit as the contract names it
 * @param count at least 1
 */
public record Interval(Unit unit, int count) {

    /** What is counted. */
    public enum Unit {
        /** Of a local day. */
        DAY(0, 1),
        /** Of seven days. */
        WEEK(0, 7),
        /** Of a calendar month. */
        MONTH(1, 0),
        /** Of three calendar months. */
        QUARTER(3, 0),
        /** Of twelve calendar months. */
        YEAR(12, 0);

        private final int months;
        private final int days;

        Unit(int months, int days) {
            this.months = months;
            this.days = days;
        }
    }

    /** In calendar months; 0 for days and weeks. */
    public int months() {
        return unit.months * count;
    }

    /** In days; 0 for what is counted in months. */
    public int days() {
        return unit.days * count;
    }
}
