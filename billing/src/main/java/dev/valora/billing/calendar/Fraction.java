package dev.valora.billing.calendar;

/**
 * The share of a full period that is billed: days used over days in the period. Kept as the two integers, since most such
 * shares have no finite decimal; an amount is multiplied and divided by them once, where it is rounded.
 *
 * @param days used, at least 0
 * @param of days in the full period, at least 1
 */
public record Fraction(long days, long of) {

    /** The whole period. */
    public static final Fraction WHOLE = new Fraction(1, 1);

    public Fraction {
        if (days < 0 || of < 1) {
            throw new IllegalArgumentException("not a share of a period: " + days + "/" + of);
        }
    }

    /** The share of the full period that the part is; one when they are the same. */
    public static Fraction of(DateRange part, DateRange full) {
        return part.equals(full) ? WHOLE : new Fraction(part.days(), full.days());
    }
}
