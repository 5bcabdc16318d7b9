package dev.valora.aggregator.fold;

import dev.valora.aggregator.Composition;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Quantity;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a stretch of the journal adds to one window row. The row's key is organization, customer, meter, dimensions, window
 * start and accepted hour.
 *
 * @param dimensions by name; a dimension that the events lack is left out
 * @param windowStartMicros microseconds since the epoch
 * @param acceptedHourMicros microseconds since the epoch
 * @param composition how {@code value} becomes part of the row
 * @param events at least 1
 * @param firstPosition packed position of the first event
 * @param lastPosition packed position of the last event
 */
public record WindowDelta(
        OrganizationId organization,
        String customer,
        String meter,
        SortedMap<String, String> dimensions,
        long windowStartMicros,
        long acceptedHourMicros,
        Composition composition,
        Quantity value,
        long events,
        long firstPosition,
        long lastPosition) {

    public WindowDelta {
        dimensions = dimensions.isEmpty()
                ? Collections.emptySortedMap()
                : Collections.unmodifiableSortedMap(new TreeMap<>(dimensions));
    }
}
