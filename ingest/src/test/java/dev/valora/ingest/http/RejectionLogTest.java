package dev.valora.ingest.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.ingest.Calls;
import dev.valora.ingest.OrganizationId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RejectionLogTest {

    private final AtomicLong clockMicros = new AtomicLong(1_800_000_000_000_000L);
    private final RejectionLog log = new RejectionLog(clockMicros::get);

    private static OrganizationId organization(int number) {
        return new OrganizationId(new UUID(7, number));
    }

    private static List<UsageFailure> failures(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> new UsageFailure(i, "k" + i, "rejected", "too_long", "Shorten it.", "/" + i))
                .toList();
    }

    private Calls calls(int number) {
        return new Calls(new RejectionRoutes(log).routes(), organization(number));
    }

    private List<String> keys(int number) {
        List<String> keys = new ArrayList<>();
        calls(number)
                .get("/v1/usage/rejections?limit=500")
                .get("data")
                .forEach(row -> keys.add(row.get("idempotency_key").textValue()));
        return keys;
    }

    @Test
    void shouldPageFromTheOldestOnWhileMoreCome() {
        log.add(organization(1), failures(0, 3));
        JsonNode first = calls(1).get("/v1/usage/rejections?limit=2");
        log.add(organization(1), failures(3, 4));
        JsonNode second = calls(1).get("/v1/usage/rejections?limit=2&cursor="
                + first.get("next_cursor").textValue());

        assertEquals(
                "{\"received_at\":\"2027-01-15T08:00:00Z\",\"index\":0,\"idempotency_key\":\"k0\",\"fate\":\"rejected\","
                        + "\"code\":\"too_long\",\"detail\":\"Shorten it.\",\"pointer\":\"/0\"}",
                first.at("/data/0").toString());
        assertEquals("k2", second.at("/data/0/idempotency_key").textValue());
        assertEquals("k3", second.at("/data/1/idempotency_key").textValue());
        assertEquals(true, second.get("next_cursor").isNull());
    }

    @Test
    void shouldForgetTheOldestOfOneOrganization() {
        log.add(organization(1), failures(0, 10));
        log.add(organization(1), failures(10, RejectionLog.EVENTS));
        log.add(organization(1), failures(1_000, 1_001));
        assertEquals(RejectionLog.EVENTS, keys(1).size());
        assertEquals("k1", keys(1).getFirst());
        assertEquals("k1000", keys(1).getLast());

        log.add(organization(1), failures(0, 9_999));
        assertEquals("k9499", keys(1).getFirst());
        assertEquals(RejectionLog.EVENTS, keys(1).size());
    }

    @Test
    void shouldForgetTheOrganizationThatFailedLongestAgo() {
        for (int i = 0; i < RejectionLog.ORGANIZATIONS; i++) {
            log.add(organization(i), failures(0, 1));
        }
        log.add(organization(0), failures(1, 2));
        log.add(organization(99), failures(0, 1));
        assertEquals(List.of("k0", "k1"), keys(0));
        assertEquals(List.of(), keys(1));
        assertEquals(List.of("k0"), keys(2));
        assertEquals(List.of("k0"), keys(99));
    }

    @Test
    void shouldKeepOrganizationsApart() {
        log.add(organization(1), failures(0, 1));
        assertEquals(List.of(), keys(2));
    }
}
