package dev.valora.aggregator.fold;

import dev.valora.ingest.OrganizationId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One window of one meter, over all acceptance hours.
 *
 * @param dimensions by name; a dimension that the events lack is left out
 * @param startMicros microseconds since the epoch
 */
public record WindowKey(
        OrganizationId organization,
        String customer,
        String meter,
        SortedMap<String, String> dimensions,
        long startMicros) {

    public WindowKey {
        dimensions = dimensions.isEmpty()
                ? Collections.emptySortedMap()
                : Collections.unmodifiableSortedMap(new TreeMap<>(dimensions));
    }
}
