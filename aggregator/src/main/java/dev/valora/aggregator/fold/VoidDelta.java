package dev.valora.aggregator.fold;

import dev.valora.ingest.OrganizationId;

/**
 * A usage event that was voided.
 *
 * @param eventPosition packed position of the event
 * @param position packed position of the void
 * @param acceptedMicros when the void was accepted, microseconds since the epoch
 * @param reason told by who voided it
 */
public record VoidDelta(
        OrganizationId organization, long eventPosition, long position, long acceptedMicros, String reason) {}
