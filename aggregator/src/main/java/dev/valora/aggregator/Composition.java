package dev.valora.aggregator;

import dev.valora.ingest.Aggregation;

/** How the values of a meter's window rows become one: across flushes, acceptance hours, windows and groups alike. */
public enum Composition {
    /** Values are deltas and add up. */
    ADD,
    /** The greatest value counts. */
    GREATEST;

    /**
     * The composition of a meter.
     *
     * @throws IllegalArgumentException when this version computes no such aggregation; such a meter cannot be defined
     */
    public static Composition of(Aggregation aggregation) {
        return switch (aggregation) {
            case COUNT, SUM -> ADD;
            case MAX -> GREATEST;
            case MIN, LATEST, UNIQUE_COUNT, TIME_WEIGHTED_SUM ->
                throw new IllegalArgumentException("not computed by this version: " + aggregation.wireName());
        };
    }
}
