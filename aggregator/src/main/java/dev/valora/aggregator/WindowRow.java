package dev.valora.aggregator;

import dev.valora.ingest.Position;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A row of usage that a quantity is made of: what happened in one window and was accepted in one hour.
 *
 * @param question index of the question whose quantity it is part of
 * @param start of the window, by event time
 * @param acceptedHour a whole UTC hour
 * @param value composed with the others by the question's composition; null when voids left nothing of a maximum
 * @param events accepted less those voided in that hour; may be negative
 * @param resets whether it replaces all rows of its window that were accepted in earlier hours
 * @param first event or void that is in it
 * @param last event or void that is in it
 */
public record WindowRow(
        int question,
        Instant start,
        Instant acceptedHour,
        Map<String, String> dimensions,
        @Nullable BigDecimal value,
        long events,
        boolean resets,
        Position first,
        Position last) {

    public WindowRow {
        dimensions = Collections.unmodifiableMap(new TreeMap<>(dimensions));
    }
}
