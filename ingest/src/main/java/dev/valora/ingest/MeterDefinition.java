package dev.valora.ingest;

import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a meter measures. Immutable once journaled: a retry of an event must be judged as the event was.
 *
 * @param organization whose meter it is
 * @param code unique in the organization, also after the meter was archived
 * @param aggregation what is computed
 * @param eventType the {@code type} of events that feed this meter; the code unless told otherwise
 * @param valueProperty the property that carries the value; null when the event's own {@code value} does
 * @param dimensions property names by which windows are kept apart, in the order they were declared, none twice
 * @param windowMinutes length of a tumbling window, fixed when the organization was created: 60 or 15
 */
public record MeterDefinition(
        OrganizationId organization,
        String code,
        Aggregation aggregation,
        String eventType,
        @Nullable String valueProperty,
        List<String> dimensions,
        int windowMinutes) {

    private static final long MINUTE_MICROS = 60_000_000L;

    public MeterDefinition {
        dimensions = List.copyOf(dimensions);
        if (windowMinutes != 60 && windowMinutes != 15) {
            throw new IllegalArgumentException("windowMinutes must be 60 or 15, not " + windowMinutes);
        }
        if (dimensions.size() > Limits.METER_DIMENSIONS || new HashSet<>(dimensions).size() != dimensions.size()) {
            throw new IllegalArgumentException("dimensions must be distinct and at most " + Limits.METER_DIMENSIONS);
        }
    }

    /**
     * The start of the window that holds an event time, both in microseconds since the epoch. Windows begin at whole multiples of
     * their length since the epoch; times before it floor downwards like the others.
     */
    public long windowStartMicros(long eventMicros) {
        return eventMicros - Math.floorMod(eventMicros, windowMinutes * MINUTE_MICROS);
    }
}
