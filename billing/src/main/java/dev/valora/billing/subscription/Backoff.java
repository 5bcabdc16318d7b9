package dev.valora.billing.subscription;

import java.time.Duration;
import java.time.Instant;

/** How long a subscription that failed waits: a minute, and twice as long after each further failure, up to 256 minutes. */
public final class Backoff {

    private static final Duration FIRST = Duration.ofMinutes(1);
    private static final int DOUBLINGS_MAX = 8;

    private Backoff() {}

    /**
     * When it is tried again.
     *
     * @param failures in a row, at least 1
     */
    public static Instant retryAt(Instant failedAt, int failures) {
        if (failures < 1) {
            throw new IllegalArgumentException("waiting after " + failures + " failures");
        }
        return failedAt.plus(FIRST.multipliedBy(1L << Math.min(failures - 1, DOUBLINGS_MAX)));
    }
}
