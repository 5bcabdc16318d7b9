package dev.valora.aggregator.fold;

import dev.valora.aggregator.Composition;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Quantity;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a stretch of the journal does to one window row. The row's key is organization, customer, meter, dimensions, window
 * start and accepted hour.
 *
 * @param dimensions by name; a dimension that the events lack is left out
 * @param windowStartMicros microseconds since the epoch
 * @param acceptedHourMicros microseconds since the epoch
 * @param composition how {@code value} becomes part of the row
 * @param value null for a maximum that nothing raises
 * @param events accepted less voided, so it may be negative
 * @param resets whether {@code value} and {@code events} are what is left of the whole window through this hour, and replace
 *     what the row holds; only maxima do
 * @param firstPosition packed position of the first event or void
 * @param lastPosition packed position of the last event or void
 */
public record WindowDelta(
        OrganizationId organization,
        String customer,
        String meter,
        SortedMap<String, String> dimensions,
        long windowStartMicros,
        long acceptedHourMicros,
        Composition composition,
        @Nullable Quantity value,
        long events,
        boolean resets,
        long firstPosition,
        long lastPosition) {

    public WindowDelta {
        dimensions = dimensions.isEmpty()
                ? Collections.emptySortedMap()
                : Collections.unmodifiableSortedMap(new TreeMap<>(dimensions));
    }
}
