package dev.valora.ingest.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.ingest.OrganizationId;
import java.net.http.HttpResponse;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RateLimitsTest {

    private static final OrganizationId HOT = new OrganizationId(new UUID(1, 1));
    private static final OrganizationId CALM = new OrganizationId(new UUID(1, 2));
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** An arbitrary origin, as a ticker has. */
    private static final long START = -7 * SECOND;

    private final RateLimits limits = new RateLimits(new RateQuota(1_000, 10), START);

    @Test
    void shouldLetTwoSecondsWorthOfRequestsComeAtOnceAndThenTheQuota() {
        int passed = 0;
        while (limits.admit(HOT, START) == 0) {
            passed++;
        }
        // The bucket holds 20; the request that empties it passes too.
        assertEquals(21, passed);
        assertEquals(SECOND / 10, limits.admit(HOT, START));
        int passedInTenSeconds = 0;
        for (long now = START; now < START + 10 * SECOND; now += SECOND / 100) {
            passedInTenSeconds += limits.admit(HOT, now) == 0 ? 1 : 0;
        }
        assertEquals(99, passedInTenSeconds);
    }

    @Test
    void shouldRefuseWhoseEventsOverdrewTheBucketUntilItIsFilledUp() {
        assertEquals(0, limits.admit(HOT, START));
        limits.charge(HOT, 10_000, START);
        assertEquals(8 * SECOND, limits.admit(HOT, START));
        assertEquals(SECOND, limits.admit(HOT, START + 7 * SECOND));
        assertEquals(0, limits.admit(HOT, START + 8 * SECOND));
    }

    @Test
    void shouldNotTouchTheOthers() {
        limits.charge(HOT, 1_000_000, START);
        for (int second = 0; second < 100; second++) {
            for (int i = 0; i < 10; i++) {
                assertEquals(0, limits.admit(CALM, START + second * SECOND));
                limits.charge(CALM, 100, START + second * SECOND);
            }
            assertTrue(limits.admit(HOT, START + second * SECOND) > 0);
        }
    }

    @Test
    void shouldLimitNothingWithoutAQuota() {
        RateLimits off = new RateLimits(null, START);
        off.charge(HOT, Integer.MAX_VALUE, START);
        assertEquals(0, off.admit(HOT, START));
    }

    @Test
    void shouldAnswer429WithATimeBeforeTheBodyIsRead() throws Exception {
        ScriptedIntake intake = new ScriptedIntake();
        TestEdge edge = new TestEdge(TestEdge.LIMITS, new RateQuota(1, 1_000), intake, TestEdge.meters(), List.of());
        try {
            String ten = "[" + String.join(",", Collections.nCopies(10, TestEdge.event("k", "1"))) + "]";
            assertEquals(200, edge.post("/v1/usage", ten).statusCode());
            HttpResponse<String> refused = edge.post("/v1/usage", "this would be 400");
            assertEquals(429, refused.statusCode());
            assertEquals("rate_limited", TestEdge.json(refused).get("code").textValue());
            long seconds =
                    Long.parseLong(refused.headers().firstValue("Retry-After").orElseThrow());
            assertTrue(seconds >= 7 && seconds <= 8, "Retry-After: " + seconds);
            edge.turn(TimeUnit.SECONDS.toMillis(seconds));
            assertEquals(200, edge.post("/v1/usage", ten).statusCode());
        } finally {
            edge.close();
        }
    }
}
