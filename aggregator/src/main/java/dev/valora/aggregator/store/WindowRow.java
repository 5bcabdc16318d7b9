package dev.valora.aggregator.store;

import dev.valora.ingest.Quantity;
import org.jspecify.annotations.Nullable;

/**
 * A row of a window: what was accepted in one hour.
 *
 * @param value null when there is none
 * @param resets whether the row stands for the whole window through its hour
 * @param firstPosition packed position of the first event or void of the row
 * @param lastPosition packed position of the last event or void of the row
 */
public record WindowRow(@Nullable Quantity value, boolean resets, long firstPosition, long lastPosition) {}
