package dev.valora.ingest;

/** Monotonic time for linger, time-outs, back-off and rate limits; never for anything that is stored. */
@FunctionalInterface
public interface Ticker {

    /** Nanoseconds from an arbitrary origin; only differences mean anything. Any thread. */
    long nanos();
}
