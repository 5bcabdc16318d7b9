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
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class LoadRunTest {

    private static final Instant TIME = Instant.parse("2026-11-22T18:00:00Z");

    @ParameterizedTest
    @CsvSource({"THROW_AWAY,1", "THROW_AWAY,1000", "PARSE_ONLY,1", "PARSE_ONLY,100"})
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

    private static LoadPlan plan(int port, int threads, int batch, int duplicates, long events) {
        return new LoadPlan(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                "key",
                new LoadPlan.Shape(threads, 8, batch, 5, 3, duplicates),
                new LoadPlan.Bounds(events, Duration.ZERO, Duration.ofSeconds(30), Duration.ofSeconds(10)),
                TIME,
                42);
    }
}
