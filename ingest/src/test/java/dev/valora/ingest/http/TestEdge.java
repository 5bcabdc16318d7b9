package dev.valora.ingest.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.ingest.Aggregation;
import dev.valora.ingest.Authenticator;
import dev.valora.ingest.Caller;
import dev.valora.ingest.HttpObserver;
import dev.valora.ingest.IdempotentReplies;
import dev.valora.ingest.Json;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import dev.valora.ingest.Reply;
import dev.valora.ingest.Route;
import dev.valora.ingest.Scope;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.intake.Intake;
import dev.valora.ingest.parse.UsageParser;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A real server on a free port of the loopback, with keys and replies kept in memory. */
final class TestEdge {

    static final OrganizationId ORGANIZATION = new OrganizationId(new UUID(1, 1));
    static final String WRITER = "Bearer writer";
    static final String READER = "Bearer reader";
    static final String OPERATOR = "Bearer operator";

    /** What the clock shows when events are rejected. */
    static final long REJECTED_MICROS = 1_800_000_000_000_000L;

    /** A key that is looked up each time. */
    static final String STRANGER = "Bearer stranger-who-writes";

    /** A key that PostgreSQL cannot confirm just now, and so may only write usage. */
    static final String CUT_OFF = "Bearer cut-off";

    static final byte[] SECRET = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    /** Longer than a test takes on a busy machine, and swept often: tests turn the clock. */
    static final HttpLimits DEADLINES = new HttpLimits(8_000, 8_000, 2_000, 60_000, 64, 256, 32 << 20, 8);

    static final HttpLimits LIMITS = new HttpLimits(10_000, 10_000, 10_000, 10_000, 2_000, 4_096, 64 << 20, 8);

    final Vertx vertx = Vertx.vertx();
    final HttpEdge edge;
    private final AtomicLong turnedNanos = new AtomicLong();
    final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    TestEdge(HttpLimits limits, Intake intake, MeterDirectory meters, List<Route> routes) {
        this(limits, null, intake, meters, routes);
    }

    TestEdge(HttpLimits limits, @Nullable RateQuota quota, Intake intake, MeterDirectory meters, List<Route> routes) {
        RejectionLog rejections = new RejectionLog(() -> REJECTED_MICROS);
        List<Route> all = new ArrayList<>(routes);
        all.addAll(new RejectionRoutes(rejections).routes());
        HttpParts parts = new HttpParts(
                new Keys(),
                new Replies(),
                intake,
                () -> new UsageParser(new EventHash(SECRET), meters)::parse,
                all,
                rejections,
                HttpObserver.NONE,
                () -> System.nanoTime() + turnedNanos.get());
        edge = HttpEdge.start(vertx, new HttpSettings("127.0.0.1", 0, 2, limits, quota), parts);
    }

    static MeterDirectory meters() {
        MeterDirectory meters = new MeterDirectory();
        meters.define(new MeterDefinition(ORGANIZATION, "tokens", Aggregation.SUM, "tokens", null, List.of(), 60), 1);
        return meters;
    }

    static String event(String key, String value) {
        return "{\"idempotency_key\":\"" + key + "\",\"customer\":\"acme\",\"meter\":\"tokens\",\"value\":\"" + value
                + "\"}";
    }

    /** Turns the server's monotonic time forward. */
    void turn(long millis) {
        turnedNanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    int port() {
        return edge.port();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", "application/json")
                .header("Authorization", WRITER);
    }

    HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return send(
                request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build());
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path).GET().build());
    }

    /** Batches that were lent and did not come back, on all loops. */
    int batchesInFlight() {
        return edge.loops().stream()
                .mapToInt(loop -> onLoop(loop, () -> loop.batches().inFlight()))
                .sum();
    }

    /** Bytes of bodies that were lent and did not come back, on all loops. */
    long bodyBytesLent() {
        return edge.bodyBytesLent();
    }

    private static <T> T onLoop(EdgeLoop loop, Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        loop.run(() -> answer.complete(question.get()));
        return answer.join();
    }

    void close() throws Exception {
        client.close();
        edge.stop(Duration.ofSeconds(5));
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** A few keys; strangers have to be looked up. */
    static final class Keys implements Authenticator {

        private static final Caller WRITES = new Caller(ORGANIZATION, Set.of(Scope.USAGE_WRITE), "key:writer");
        private static final Caller READS = new Caller(ORGANIZATION, Set.of(Scope.USAGE_READ), "key:reader");
        private static final Caller UNCONFIRMED =
                new Caller(ORGANIZATION, Set.of(Scope.USAGE_WRITE), "key:unconfirmed", false);
        private static final Caller OPERATES = new Caller(null, Set.of(), "operator");

        @Override
        public @Nullable Caller known(@Nullable String authorization) {
            if (CUT_OFF.equals(authorization)) {
                return UNCONFIRMED;
            }
            return WRITER.equals(authorization) ? WRITES : null;
        }

        @Override
        public Caller authenticate(@Nullable String authorization) {
            if (READER.equals(authorization)) {
                return READS;
            }
            if (STRANGER.equals(authorization)) {
                return WRITES;
            }
            if (OPERATOR.equals(authorization)) {
                return OPERATES;
            }
            throw new ProblemException(
                    Problem.of(ProblemKind.UNAUTHENTICATED, "invalid_api_key", "Send a key that is live."));
        }
    }

    /** Replies in memory. */
    static final class Replies implements IdempotentReplies {

        private record Kept(String requestHash, @Nullable Reply reply) {}

        private final Map<String, Kept> kept = new HashMap<>();
        final AtomicInteger claims = new AtomicInteger();

        @Override
        public synchronized Claim claim(@Nullable OrganizationId organization, String key, String requestHash) {
            claims.incrementAndGet();
            Kept before = kept.putIfAbsent(organization + key, new Kept(requestHash, null));
            if (before == null) {
                return new Claim.First();
            }
            if (!before.requestHash().equals(requestHash)) {
                return new Claim.Reused();
            }
            Reply reply = before.reply();
            return reply == null ? new Claim.InProgress() : new Claim.Answered(reply);
        }

        @Override
        public synchronized void keep(@Nullable OrganizationId organization, String key, Reply reply) {
            kept.computeIfPresent(organization + key, (name, before) -> new Kept(before.requestHash(), reply));
        }

        @Override
        public synchronized void release(@Nullable OrganizationId organization, String key) {
            kept.remove(organization + key);
        }
    }

    /** The body as JSON; fails the test when it is none. */
    static JsonNode json(HttpResponse<String> response) throws IOException {
        return Json.read(response.body().getBytes(StandardCharsets.UTF_8));
    }
}
