package dev.valora.billing.subscription;

/** From when on what was arranged is charged, and until when what it replaced is. */
public enum Charging {
    /** With proration: from its day on. */
    BY_DAYS,
    /** Without: when the period that contains its day is over; from its day on in the trial, and with another interval. */
    AFTER_PERIOD,
    /** Without, and when it was asked for its day was to begin a period that lay ahead: with that period. */
    WITH_PERIOD;

    /** Whether the rest of the period is charged and given back by days. */
    boolean isProrated() {
        return this == BY_DAYS;
    }
}
