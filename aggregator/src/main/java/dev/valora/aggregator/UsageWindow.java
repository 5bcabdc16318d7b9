package dev.valora.aggregator;

import java.time.Instant;

/**
 * Usage whose event time is in {@code [start, end)}.
 *
 * @param start inclusive
 * @param end exclusive
 */
public record UsageWindow(Instant start, Instant end, UsageTotals totals) {}
