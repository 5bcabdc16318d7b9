package dev.valora.ingest.http;

/**
 * What one organization may send as usage, on the average; two seconds' worth of it may come at once.
 *
 * @param eventsPerSecond at least 1
 * @param requestsPerSecond at least 1
 */
public record RateQuota(int eventsPerSecond, int requestsPerSecond) {

    public RateQuota {
        if (eventsPerSecond < 1 || requestsPerSecond < 1) {
            throw new IllegalArgumentException("a quota lets something pass");
        }
    }
}
