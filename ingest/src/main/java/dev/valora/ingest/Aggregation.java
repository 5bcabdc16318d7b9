package dev.valora.ingest;

import java.util.Locale;
import java.util.Optional;

/** What a meter computes over its events. The names on the wire are the constants in lower case. */
public enum Aggregation {
    /** The number of events; needs no value. */
    COUNT,
    /** The exact decimal sum of values. */
    SUM,
    /** The greatest value; no usage reads 0. */
    MAX,
    /** The least value; no usage reads 0. */
    MIN,
    /** The value with the greatest event time, ties by position. */
    LATEST,
    /** The number of distinct values. */
    UNIQUE_COUNT,
    /** The integral of a level over time. */
    TIME_WEIGHTED_SUM;

    /** The name used by the HTTP contract and in the database. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads a wire name; empty when there is no such aggregation. */
    public static Optional<Aggregation> ofWireName(String name) {
        for (Aggregation aggregation : values()) {
            if (aggregation.wireName().equals(name)) {
                return Optional.of(aggregation);
            }
        }
        return Optional.empty();
    }

    /** Whether an event must carry a decimal value to count. */
    public boolean needsValue() {
        return switch (this) {
            case COUNT, UNIQUE_COUNT -> false;
            case SUM, MAX, MIN, LATEST, TIME_WEIGHTED_SUM -> true;
        };
    }

    /** Whether a void makes its window anew, from all events that are left in it. */
    public boolean isRecounted() {
        return switch (this) {
            case MAX, MIN, LATEST -> true;
            case COUNT, SUM, UNIQUE_COUNT, TIME_WEIGHTED_SUM -> false;
        };
    }
}
