package dev.valora.bench.client;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * One row of {@code GET /v1/usage}.
 *
 * @param customer whose usage it is
 * @param start of the window, inclusive
 * @param value what the meter computed
 * @param events how many events that took
 */
public record UsageWindow(String customer, Instant start, BigDecimal value, long events) {}
