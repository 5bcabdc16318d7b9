package dev.valora.billing.subscription;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {

    private static final Instant FAILED = Instant.parse("2026-02-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "1, 2026-02-01T00:01:00Z",
        "2, 2026-02-01T00:02:00Z",
        "3, 2026-02-01T00:04:00Z",
        "8, 2026-02-01T02:08:00Z",
        "9, 2026-02-01T04:16:00Z",
        "10, 2026-02-01T04:16:00Z",
        "2147483647, 2026-02-01T04:16:00Z"
    })
    void shouldWaitTwiceAsLongAfterEachFailureUpToALimit(int failures, Instant retryAt) {
        assertEquals(retryAt, Backoff.retryAt(FAILED, failures));
    }

    @Test
    void shouldNotWaitWithoutAFailure() {
        assertThrows(IllegalArgumentException.class, () -> Backoff.retryAt(FAILED, 0));
    }
}
