package dev.valora.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.valora.bench.reference.ReferenceKind;
import dev.valora.bench.reference.ReferenceServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class LoadRunTest {

    private static final Instant TIME = Instant.parse("2026-11-22T18:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "THROW_AWAY,1",
        "THROW_AWAY,1000",
        "PARSE_ONLY,1",
        "PARSE_ONLY,100",
        "PARSE_EVENTS,1",
        "PARSE_EVENTS,100"
    })
    void shouldSendExactlyTheEventsOfThePlanAndCountThemFromTheAnswers(ReferenceKind kind, int batch)
            throws InterruptedException {
        try (ReferenceServer server = ReferenceServer.start(kind, 0)) {
            LoadResult result = LoadRun.run(plan(server.port(), 2, batch, 0, 20_000));

            assertEquals(20_000, result.total().accepted(), result::toText);
            assertEquals(20_000, result.total().events(), result::toText);
            assertEquals(20_000 / batch, result.total().requests());
            assertTrue(result.latency().maxMillis() >= result.latency().p50Millis());
        }
    }

    @Test
    void shouldBuildEventsOfOneHundredAndNinetyBytesThatDifferByTheirNumberAlone() throws IOException {
        RequestBuffer request = new RequestBuffer(plan(1, 1, 2, 0, 1));
        request.set(0, 0xABC_0000_0123L);
        request.set(1, 7);
        JsonNode body = body(request);

        assertEquals(2, body.size());
        assertEquals(
                "0000002a-00000abc00000123",
                body.get(0).required("idempotency_key").textValue());
        assertEquals(
                "0000002a-0000000000000007",
                body.get(1).required("idempotency_key").textValue());
        assertEquals("customer-00000002", body.get(1).required("customer").textValue());
        assertEquals("load_0001", body.get(1).required("meter").textValue());
        assertEquals("1.000007", body.get(1).required("value").textValue());
        assertEquals(TIME.toString(), body.get(1).required("timestamp").textValue());

        request.set(0, 7);
        assertEquals(body(request).get(0), body.get(1));
        assertEquals(RequestBuffer.EVENT_BYTES, body.get(1).toString().length());
    }

    @Test
    void shouldRepeatTheShareOfEventsThatWasAskedFor() {
        Sequences sequences = new Sequences(3, 250);
        Set<Long> distinct = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            distinct.add(sequences.next());
        }
        assertEquals(7_500, distinct.size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | {\"accepted\":2,\"duplicates\":1} | 3 | 2 | 1 | 0 | 0 | 0 | 0 | 0",
                "200 | {\"accepted\":2,\"duplicates\":0} | 3 | 0 | 0 | 0 | 0 | 0 | 0 | 3",
                "207 | {\"accepted\":1,\"duplicates\":0,\"conflicts\":1,\"rejected\":1} | 3 | 1 | 0 | 1 | 1 | 0 | 0 | 0",
                "409 | {\"code\":\"idempotency_conflict\"} | 1 | 0 | 0 | 1 | 0 | 0 | 0 | 0",
                "422 | {\"failures\":[{\"fate\":\"rejected\"},{\"fate\":\"conflict\"}]} | 2 | 0 | 0 | 1 | 1 | 0 | 0 | 0",
                "422 | {\"code\":\"unknown_meter\"} | 1 | 0 | 0 | 0 | 1 | 0 | 0 | 0",
                "401 | {} | 5 | 0 | 0 | 0 | 0 | 5 | 0 | 0",
                "503 | {} | 5 | 0 | 0 | 0 | 0 | 0 | 5 | 0",
                "500 | {} | 5 | 0 | 0 | 0 | 0 | 0 | 0 | 5"
            })
    void shouldReadTheFatesOfAnAnswer(
            int status,
            String body,
            int events,
            long accepted,
            long duplicates,
            long conflicts,
            long rejected,
            long refused,
            long unavailable,
            long unknown)
            throws IOException {
        byte[] answer = ("HTTP/1.1 " + status + " X\r\nserver: x\r\ncontent-LENGTH:  " + body.length() + "\r\n\r\n"
                        + body)
                .getBytes(US_ASCII);
        ResponseReader reader = new ResponseReader();
        reader.begin();
        for (int i = 0; i < answer.length - 1; i++) {
            assertFalse(reader.take(ByteBuffer.wrap(answer, i, 1)));
        }
        assertTrue(reader.take(ByteBuffer.wrap(answer, answer.length - 1, 1)));
        assertEquals(
                new Fates(1, accepted, duplicates, conflicts, rejected, refused, unavailable, unknown),
                reader.fates(events));
    }

    private static JsonNode body(RequestBuffer request) throws IOException {
        ByteBuffer sent = request.rewound();
        byte[] bytes = new byte[sent.remaining()];
        sent.get(bytes);
        String text = new String(bytes, UTF_8);
        return new ObjectMapper().readTree(text.substring(text.indexOf("\r\n\r\n") + 4));
    }

    @ParameterizedTest
    @CsvSource({"1,1,3000", "2,1,3000", "2,20,40000"})
    void shouldSendAtTheRateThatWasAskedForAndMeasureFromWhenItWasMeant(int threads, int batch, long rate)
            throws InterruptedException {
        try (ReferenceServer server = ReferenceServer.start(ReferenceKind.THROW_AWAY, 0)) {
            LoadPlan plan = plan(
                    server.port(),
                    new LoadPlan.Shape(threads, 16, batch),
                    new LoadPlan.Pace.OpenLoop(rate),
                    new LoadPlan.Bounds(1_000_000, Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(10)));
            LoadResult result = LoadRun.run(plan);

            assertEquals(
                    rate / batch, result.total().requests() + result.behind().unsentRequests(), result::toText);
            assertEquals(result.total().events(), result.total().accepted(), result::toText);
            assertTrue(result.latency().p99Millis() >= result.behind().p99Millis() - 0.1, result::toText);
        }
    }

    @Test
    void shouldCountWhatTheServerDelaysInAnOpenLoopAndEndAllTheSame() throws Exception {
        // Nobody ever answers: what is meant to be sent is late by all of the time that is left.
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            LoadPlan plan = plan(
                    silent.getLocalPort(),
                    new LoadPlan.Shape(1, 2, 1),
                    new LoadPlan.Pace.OpenLoop(1_000),
                    new LoadPlan.Bounds(1_000_000, Duration.ZERO, Duration.ofSeconds(1), Duration.ofMillis(10)));
            LoadResult result = LoadRun.run(plan);

            assertEquals(2, result.total().unknown(), result::toText);
            assertEquals(2, result.measured().unknown(), result::toText);
            assertEquals(998, result.behind().unsentRequests(), result::toText);
            assertEquals(500, result.latency().p50Millis(), 5, result::toText);
            assertEquals(0, result.eventsPerSecond());
        }
    }

    @Test
    void shouldMeanRequestsToGoOutEvenlyOverThreads() {
        LoadPlan.Shape shape = new LoadPlan.Shape(3, 3, 10);
        Arrivals.Span span = new Arrivals.Span(0, 1_000_000_000);
        TreeSet<Long> meant = new TreeSet<>();
        for (int thread = 0; thread < 3; thread++) {
            Arrivals arrivals = new Arrivals.Scheduled(span, shape, 700, thread);
            while (!arrivals.isOver(0)) {
                meant.add(arrivals.nextNanos(0));
                arrivals.taken();
            }
        }
        assertEquals(70, meant.size());
        long before = -1_000_000_000L / 70;
        for (long nanos : meant) {
            assertTrue(Math.abs(nanos - before - 1_000_000_000L / 70) <= 1, () -> "not even: " + meant);
            before = nanos;
        }
    }

    @Test
    void shouldSpreadEventsOverTheWindowsThatWereAskedFor() throws IOException {
        LoadPlan plan = new LoadPlan(
                new LoadPlan.Destination(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), "key"),
                new LoadPlan.Shape(1, 1, 1_000),
                LoadPlan.Pace.CLOSED,
                new LoadPlan.Bounds(1, Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1)),
                new LoadPlan.Events(1, LoadPlan.Windows.of(600, TIME, 5, 3), 0));
        RequestBuffer request = new RequestBuffer(plan);
        for (int i = 0; i < 1_000; i++) {
            request.set(i, 123_456 + i);
        }
        Map<String, Integer> windows = new HashMap<>();
        for (JsonNode event : body(request)) {
            Instant time = Instant.parse(event.required("timestamp").textValue());
            assertFalse(time.isAfter(TIME));
            assertTrue(time.isAfter(TIME.minus(Duration.ofHours(40))));
            windows.merge(event.required("customer").textValue() + event.required("meter") + time, 1, Integer::sum);
        }
        assertEquals(600, plan.events().windows().count());
        assertEquals(600, windows.size());
        assertEquals(Set.of(1, 2), Set.copyOf(windows.values()));
    }

    private static LoadPlan plan(int port, int threads, int batch, int duplicates, long events) {
        LoadPlan plan = plan(
                port,
                new LoadPlan.Shape(threads, 8, batch),
                LoadPlan.Pace.CLOSED,
                new LoadPlan.Bounds(events, Duration.ZERO, Duration.ofSeconds(30), Duration.ofSeconds(10)));
        LoadPlan.Events all = new LoadPlan.Events(42, plan.events().windows(), duplicates);
        return new LoadPlan(plan.destination(), plan.shape(), plan.pace(), plan.bounds(), all);
    }

    private static LoadPlan plan(int port, LoadPlan.Shape shape, LoadPlan.Pace pace, LoadPlan.Bounds bounds) {
        return new LoadPlan(
                new LoadPlan.Destination(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), "key"),
                shape,
                pace,
                bounds,
                new LoadPlan.Events(42, new LoadPlan.Windows(TIME, 1, 5, 3), 0));
    }
}
