package dev.valora.aggregator.fold;

import dev.valora.ingest.OrganizationId;

/**
 * Events that a meter did not count because they lack a decimal where it looks for its value.
 *
 * @param lastPosition packed position of the last of them
 */
public record SkipDelta(OrganizationId organization, String meter, long events, long lastPosition) {}
