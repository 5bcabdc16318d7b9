package dev.valora.bench.client;

import java.time.Instant;
import java.util.List;

/**
 * An answer of {@code GET /v1/usage}.
 *
 * @param windows its rows
 * @param appliedThrough everything accepted before has been counted
 */
public record UsageReading(List<UsageWindow> windows, Instant appliedThrough) {

    public UsageReading {
        windows = List.copyOf(windows);
    }
}
