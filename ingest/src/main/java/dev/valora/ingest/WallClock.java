package dev.valora.ingest;

/** Where wall time enters. Read by the single writer, which stamps it once; everything below takes time as an argument. */
@FunctionalInterface
public interface WallClock {

    /** Microseconds since 1970-01-01T00:00:00Z. May step backwards; the writer never does. Any thread. */
    long epochMicros();

    /**
     * Whether a reading that was just taken may be stamped. Any thread.
     *
     * @param epochMicros as {@link #epochMicros()} has returned it
     */
    default boolean isTrusted(long epochMicros) {
        return true;
    }
}
