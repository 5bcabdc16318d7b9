package dev.valora.ingest.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.ingest.Limits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Newline-delimited and compressed bodies, through the real parser; the writer says yes to everything. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UsageMediaTest {

    private static final String LINES = "application/x-ndjson";
    private static final String JSON = "application/json";

    private TestEdge edge;

    @BeforeAll
    void start() {
        edge = new TestEdge(TestEdge.LIMITS, new ScriptedIntake(), TestEdge.meters(), List.of());
    }

    @AfterAll
    void stop() throws Exception {
        edge.close();
    }

    @Test
    void shouldTakeOneEventALine() throws Exception {
        String three =
                TestEdge.event("a1", "1") + "\n" + TestEdge.event("a2", "1") + "\r\n\n" + TestEdge.event("a3", "1");
        assertAccepted(3, send(LINES, three.getBytes(UTF_8)));
        assertAccepted(3, send(LINES + "; charset=utf-8", (three + "\n").getBytes(UTF_8)));
        assertAccepted(1, send(LINES, TestEdge.event("a4", "1").getBytes(UTF_8)));
    }

    @Test
    void shouldTellWhichLineFailed() throws Exception {
        String body = TestEdge.event("b1", "1") + "\n17\n" + TestEdge.event("b2", "x") + "\n";
        HttpResponse<String> response = send(LINES, body.getBytes(UTF_8));
        assertEquals(207, response.statusCode(), response.body());
        JsonNode failures = TestEdge.json(response).get("failures");
        assertEquals(2, failures.size(), response.body());
        assertEquals(1, failures.get(0).get("index").intValue());
        assertEquals("/2/value", failures.get(1).get("pointer").textValue());
    }

    @Test
    void shouldTakeNothingOfLinesThatAreBroken() throws Exception {
        for (String body : List.of(
                TestEdge.event("c1", "1") + "\n{\"idempotency_key\":",
                TestEdge.event("c1", "1") + "\n]",
                TestEdge.event("c1", "1") + "\n,")) {
            HttpResponse<String> response = send(LINES, body.getBytes(UTF_8));
            assertEquals(400, response.statusCode(), body);
            assertEquals(2, TestEdge.json(response).get("line").intValue(), response.body());
        }
        assertEquals(422, send(LINES, "\n\n".getBytes(UTF_8)).statusCode());
        assertEquals(422, send(LINES, new byte[0]).statusCode());
    }

    @Test
    void shouldInflateWhatIsCompressed() throws Exception {
        String event = TestEdge.event("d1", "1");
        assertAccepted(1, sendGzip(JSON, gzip(event.getBytes(UTF_8))));
        assertAccepted(2, sendGzip(LINES, gzip((event + "\n" + event + "\n").getBytes(UTF_8))));
        byte[] padded = new byte[Limits.REQUEST_BODY_BYTES];
        Arrays.fill(padded, (byte) ' ');
        System.arraycopy(event.getBytes(UTF_8), 0, padded, 0, event.length());
        assertAccepted(1, sendGzip(JSON, gzip(padded)));
        // RFC 1952: members that follow each other are one content.
        assertAccepted(1, sendGzip(JSON, join(gzip(event.getBytes(UTF_8)), gzip("\n".getBytes(UTF_8)))));
        assertEquals(0, edge.bodyBytesLent());
    }

    @Test
    void shouldRefuseWhatDoesNotInflate() throws Exception {
        byte[] good = gzip(TestEdge.event("e1", "1").getBytes(UTF_8));
        byte[] flipped = good.clone();
        flipped[good.length - 6] ^= 1;
        for (byte[] bad : List.of(
                new byte[0],
                "plain".getBytes(UTF_8),
                Arrays.copyOf(good, good.length / 2),
                Arrays.copyOf(good, good.length - 1),
                flipped,
                join(good, new byte[1]),
                join(good, "x".getBytes(UTF_8)),
                Arrays.copyOf(join(good, good), good.length + 12))) {
            HttpResponse<String> response = sendGzip(JSON, bad);
            assertEquals(400, response.statusCode());
            assertTrue(response.body().contains("malformed_gzip"), response.body());
        }
        assertEquals(0, edge.bodyBytesLent());
    }

    @Test
    void shouldStopABombWhereAPlainBodyEnds() throws Exception {
        byte[] bomb = gzip(new byte[64 << 20]);
        assertTrue(bomb.length < 100_000);
        assertEquals(413, sendGzip(JSON, bomb).statusCode());
        byte[] oneTooMany = new byte[Limits.REQUEST_BODY_BYTES + 1];
        Arrays.fill(oneTooMany, (byte) ' ');
        assertEquals(413, sendGzip(JSON, gzip(oneTooMany)).statusCode());
        assertEquals(0, edge.bodyBytesLent());
    }

    @Test
    void shouldRefuseEncodingsLaidOverEachOther() throws Exception {
        byte[] good = gzip(TestEdge.event("f1", "1").getBytes(UTF_8));
        for (String second : List.of("gzip", "identity")) {
            HttpResponse<String> response = edge.send(edge.request("/v1/usage")
                    .header("Content-Encoding", "gzip")
                    .header("Content-Encoding", second)
                    .POST(BodyPublishers.ofByteArray(good))
                    .build());
            assertEquals(415, response.statusCode(), response.body());
        }
    }

    private HttpResponse<String> send(String type, byte[] body) throws IOException, InterruptedException {
        return edge.send(edge.request("/v1/usage")
                .setHeader("Content-Type", type)
                .POST(BodyPublishers.ofByteArray(body))
                .build());
    }

    private HttpResponse<String> sendGzip(String type, byte[] body) throws IOException, InterruptedException {
        return edge.send(edge.request("/v1/usage")
                .setHeader("Content-Type", type)
                .setHeader("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(body))
                .build());
    }

    private static void assertAccepted(int events, HttpResponse<String> response) {
        assertEquals(200, response.statusCode(), response.body());
        assertEquals("{\"accepted\":" + events + ",\"duplicates\":0}", response.body());
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream stream = new GZIPOutputStream(compressed)) {
            stream.write(plain);
        }
        return compressed.toByteArray();
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
