package dev.valora.ingest.http;

import org.jspecify.annotations.Nullable;

/**
 * Where the server listens.
 *
 * @param host name or address to bind
 * @param port 0 for any free one
 * @param instances event loops that serve the port; one a core
 * @param quota of each organization; null for no limits
 */
public record HttpSettings(
        String host,
        int port,
        int instances,
        HttpLimits limits,
        @Nullable RateQuota quota) {

    public HttpSettings {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is not in 0 to 65535");
        }
        if (instances < 1) {
            throw new IllegalArgumentException("at least one event loop must serve the port");
        }
    }
}
