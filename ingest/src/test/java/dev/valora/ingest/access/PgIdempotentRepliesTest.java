package dev.valora.ingest.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.ingest.Calls;
import dev.valora.ingest.IdempotentReplies.Claim;
import dev.valora.ingest.Json;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Reply;
import dev.valora.ingest.TestDatabase;
import dev.valora.ingest.Timestamps;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PgIdempotentRepliesTest {

    private static final TestDatabase TEST = TestDatabase.create("access");
    private static final AtomicLong WALL_MICROS = new AtomicLong(1_767_225_600_000_000L);
    private static final AtomicLong TICKER_NANOS = new AtomicLong();
    private static final PgIdempotentReplies REPLIES =
            new PgIdempotentReplies(TEST.database(), WALL_MICROS::get, TICKER_NANOS::get);
    private static OrganizationId first = new OrganizationId(new UUID(0, 0));
    private static OrganizationId second = first;

    @BeforeAll
    static void createOrganizations() {
        first = organization();
        second = organization();
    }

    @AfterAll
    static void closeDatabase() {
        TEST.close();
    }

    /** An organization and the operator, who has none. */
    static Stream<Owner> owners() {
        return Stream.of(new Owner(first), new Owner(null));
    }

    record Owner(@Nullable OrganizationId organization) {

        Claim claim(String key, String hash) {
            return REPLIES.claim(organization, key, hash);
        }
    }

    @ParameterizedTest
    @MethodSource("owners")
    void shouldAnswerAgainWhatItAnsweredButNeverTheSecret(Owner owner) throws IOException {
        ObjectNode body = Json.object().put("id", "1").put("secret", "s");
        body.putObject("api_key").put("secret", "s").put("prefix", "vk");
        body.putArray("list").addObject().put("secret", "s").put("n", 1);

        assertInstanceOf(Claim.First.class, owner.claim("kept", "h"));
        assertInstanceOf(Claim.InProgress.class, owner.claim("kept", "h"));
        REPLIES.keep(owner.organization(), "kept", Reply.created(body).withHeader("Location", "/v1/x"));

        Claim.Answered again = assertInstanceOf(Claim.Answered.class, owner.claim("kept", "h"));
        assertEquals(201, again.reply().status());
        assertEquals("application/json", again.reply().contentType());
        assertEquals(Map.of("Location", "/v1/x"), again.reply().headers());
        JsonNode shown = Json.read(again.reply().body().getBytes());
        assertEquals("{\"id\":\"1\",\"api_key\":{\"prefix\":\"vk\"},\"list\":[{\"n\":1}]}", shown.toString());
        assertInstanceOf(Claim.Reused.class, owner.claim("kept", "another body"));
    }

    @ParameterizedTest
    @MethodSource("owners")
    void shouldGiveAReleasedKeyToTheNextRequest(Owner owner) {
        assertInstanceOf(Claim.First.class, owner.claim("released", "h"));
        REPLIES.release(owner.organization(), "released");
        assertInstanceOf(Claim.First.class, owner.claim("released", "another body"));
    }

    @ParameterizedTest
    @MethodSource("owners")
    void shouldNotReleaseWhatWasAnswered(Owner owner) {
        assertInstanceOf(Claim.First.class, owner.claim("answered", "h"));
        REPLIES.keep(owner.organization(), "answered", Reply.noContent());
        REPLIES.release(owner.organization(), "answered");
        assertInstanceOf(Claim.Answered.class, owner.claim("answered", "h"));
    }

    @ParameterizedTest
    @MethodSource("owners")
    void shouldGiveAKeyUpWhenItsRequestNeverCameToAnEnd(Owner owner) {
        assertInstanceOf(Claim.First.class, owner.claim("crashed", "h"));
        advance(PgIdempotentReplies.CLAIM_HELD.minusSeconds(1));
        assertInstanceOf(Claim.InProgress.class, owner.claim("crashed", "h"));
        assertInstanceOf(Claim.Reused.class, owner.claim("crashed", "another body"));
        advance(Duration.ofSeconds(1));
        assertInstanceOf(Claim.First.class, owner.claim("crashed", "h"));
        assertInstanceOf(Claim.InProgress.class, owner.claim("crashed", "h"));
    }

    @ParameterizedTest
    @MethodSource("owners")
    void shouldForgetAfterADay(Owner owner) {
        assertInstanceOf(Claim.First.class, owner.claim("old", "h"));
        REPLIES.keep(owner.organization(), "old", Reply.noContent());
        advance(PgIdempotentReplies.KEPT.minusMillis(1));
        assertInstanceOf(Claim.Answered.class, owner.claim("old", "h"));
        advance(Duration.ofMillis(1));
        assertInstanceOf(Claim.First.class, owner.claim("old", "another body"));
    }

    @Test
    void shouldKeepOrganizationsApart() {
        assertInstanceOf(Claim.First.class, new Owner(first).claim("same", "h"));
        assertInstanceOf(Claim.First.class, new Owner(second).claim("same", "another body"));
        assertInstanceOf(Claim.First.class, new Owner(null).claim("same", "a third"));
    }

    @Test
    void shouldKeepWhatIsNotJsonAsItWas() {
        Buffer html = Buffer.buffer("<p>é</p>".getBytes(UTF_8));
        assertInstanceOf(Claim.First.class, new Owner(first).claim("html", "h"));
        REPLIES.keep(first, "html", new Reply(200, "text/html", Map.of(), html));
        Claim.Answered again = assertInstanceOf(Claim.Answered.class, new Owner(first).claim("html", "h"));
        assertEquals(html, again.reply().body());
    }

    @Test
    void shouldPurgeExpiredRowsInBatchesWhileRequestsComeBy() {
        while (REPLIES.purge() > 0) {
            // rows of other tests that have expired by now
        }
        int rows = PgIdempotentReplies.PURGED_ROWS + 1;
        TEST.database()
                .inOrganization(
                        second,
                        transaction -> transaction.execute(
                                "INSERT INTO access.idempotent_replies (organization_id, key, request_hash, claimed_at, expires_at)"
                                        + " SELECT $1, 'purged ' || n, 'h', now(), $2::timestamptz FROM generate_series(1, "
                                        + rows + ") n",
                                Tuple.of(second.value(), Timestamps.toSql(Timestamps.now(WALL_MICROS::get)))));

        TICKER_NANOS.addAndGet(PgIdempotentReplies.PURGE_EVERY_NANOS - 1);
        new Owner(second).claim("too early", "h");
        assertEquals(rows, expired());

        TICKER_NANOS.addAndGet(1);
        new Owner(second).claim("in time", "h");
        assertEquals(1, expired());

        new Owner(second).claim("the rest", "h");
        assertEquals(0, expired());
    }

    @Test
    void shouldLetExactlyOneOfManyRequestsWork() throws Exception {
        int threads = 16;
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Claim>> claims = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < threads; i++) {
                claims.add(executor.submit(() -> {
                    start.await();
                    return new Owner(first).claim("raced", "h");
                }));
            }
            start.countDown();
            int firsts = 0;
            for (Future<Claim> claim : claims) {
                firsts += claim.get() instanceof Claim.First ? 1 : 0;
            }
            assertEquals(1, firsts);
        }
    }

    private static int expired() {
        return TEST.database()
                .inOrganization(
                        second,
                        transaction -> transaction
                                .execute("SELECT 1 FROM access.idempotent_replies WHERE key LIKE 'purged %'")
                                .size());
    }

    private static void advance(Duration time) {
        WALL_MICROS.addAndGet(time.toNanos() / 1_000);
    }

    private static OrganizationId organization() {
        OrganizationRoutes routes = new OrganizationRoutes(new OrganizationStore(TEST.database()), WALL_MICROS::get);
        JsonNode created = Calls.asOperator(routes.routes())
                .post("/v1/organizations", "{'name':'x','currency':'EUR','timezone':'UTC'}");
        return OrganizationId.parse(created.get("id").textValue()).orElseThrow();
    }
}
