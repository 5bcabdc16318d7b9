package dev.valora.ingest.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.ingest.IntakeObserver;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.admission.Admission;
import dev.valora.ingest.admission.DedupIndex;
import dev.valora.ingest.intake.IntakeLoop;
import dev.valora.ingest.intake.VoidReach;
import dev.valora.ingest.journal.ChronicleJournal;
import dev.valora.ingest.journal.JournalOptions;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Usage through the real parser, writer and journal: what each mixture of fates is answered. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UsageFatesTest {

    private static final int BLOCK_BYTES = 64 << 20;
    private static final long NOW_MICROS = 1_800_000_000_000_000L;

    private RunningIntake running;
    private TestEdge edge;

    /** A writer on its own thread. */
    private record RunningIntake(ChronicleJournal journal, IntakeLoop loop, Thread thread) {
        static RunningIntake start(Path directory, MeterDirectory meters) {
            ChronicleJournal journal = ChronicleJournal.open(
                    directory, new JournalOptions(4L * BLOCK_BYTES, BLOCK_BYTES, 5_000_000_000L, System::nanoTime));
            IntakeLoop loop = new IntakeLoop(
                    new IntakeLoop.Ports(journal, () -> NOW_MICROS, System::nanoTime, IntakeObserver.NONE),
                    new IntakeLoop.Journaled(meters, new Admission(new DedupIndex(), 90), VoidReach.of(journal, 0)),
                    0);
            Thread thread = Thread.ofPlatform().name("intake").start(() -> run(loop));
            return new RunningIntake(journal, loop, thread);
        }

        private static void run(IntakeLoop loop) {
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    if (loop.doWork() == 0) {
                        loop.idle(1_000_000);
                    }
                }
                loop.close();
            } catch (Exception failed) {
                throw new IllegalStateException("the writer ended", failed);
            }
        }

        void stop() throws Exception {
            thread.interrupt();
            thread.join();
            journal.close();
        }
    }

    @BeforeAll
    void start(@TempDir Path directory) {
        MeterDirectory meters = TestEdge.meters();
        running = RunningIntake.start(directory, meters);
        edge = new TestEdge(TestEdge.LIMITS, running.loop(), meters, List.of());
    }

    @AfterAll
    void stop() throws Exception {
        edge.close();
        running.stop();
    }

    private static String event(String key, String value) {
        return TestEdge.event(key, value);
    }

    private static String unknown(String key) {
        return "{\"idempotency_key\":\"" + key + "\",\"customer\":\"acme\",\"meter\":\"nope\",\"value\":1}";
    }

    private static String shapeless(String key) {
        return "{\"idempotency_key\":\"" + key + "\",\"meter\":\"tokens\",\"value\":1}";
    }

    private JsonNode answer(int status, String path, String body) throws Exception {
        HttpResponse<String> response = edge.post(path, body);
        assertEquals(status, response.statusCode(), response.body());
        assertEquals(
                status >= 400 ? "application/problem+json" : "application/json",
                response.headers().firstValue("Content-Type").orElseThrow());
        return TestEdge.json(response);
    }

    private static void assertCounts(JsonNode answer, int accepted, int duplicates, int conflicts, int rejected) {
        assertEquals(accepted, answer.get("accepted").intValue(), answer.toString());
        assertEquals(duplicates, answer.get("duplicates").intValue(), answer.toString());
        assertEquals(conflicts, answer.get("conflicts").intValue(), answer.toString());
        assertEquals(rejected, answer.get("rejected").intValue(), answer.toString());
    }

    private static List<String> failures(JsonNode answer) {
        List<String> list = new ArrayList<>();
        for (JsonNode failure : answer.get("failures")) {
            assertTrue(failure.get("detail").textValue().length() > 10, failure.toString());
            list.add(failure.get("index").intValue() + " "
                    + failure.get("idempotency_key").asText() + " "
                    + failure.get("fate").textValue() + " "
                    + failure.get("code").textValue() + " "
                    + failure.get("pointer").textValue());
        }
        return list;
    }

    @Test
    void shouldAccept() throws Exception {
        HttpResponse<String> one = edge.post("/v1/usage", event("a1", "1.5"));
        assertEquals("{\"accepted\":1,\"duplicates\":0}", one.body());
        assertEquals(
                "{\"accepted\":0,\"duplicates\":1}",
                edge.post("/v1/usage", event("a1", "1.50")).body());
        String array = "[" + event("a1", "1.5") + "," + event("a2", "1") + "," + event("a3", "1") + "]";
        assertEquals(
                "{\"accepted\":2,\"duplicates\":1}",
                edge.post("/v1/usage", array).body());
        String wrapped = "{\"events\":[" + event("a3", "1") + "," + event("a4", "1") + "]}";
        assertEquals(
                "{\"accepted\":1,\"duplicates\":1}",
                edge.post("/v1/usage?atomic=false", wrapped).body());
        assertTrue(one.headers().firstValue("X-Request-Id").orElseThrow().startsWith("req_"));
    }

    @Test
    void shouldTellEveryFailureBesideWhatWasAccepted() throws Exception {
        edge.post("/v1/usage", event("b1", "1"));
        String body = "[" + shapeless("b0") + "," + event("b1", "1") + "," + unknown("b2") + "," + event("b1", "2")
                + "," + event("b3", "1") + "]";
        JsonNode answer = answer(207, "/v1/usage", body);
        assertCounts(answer, 1, 1, 1, 2);
        assertEquals(
                List.of(
                        "0 b0 rejected missing_field /0/customer",
                        "2 b2 rejected unknown_meter /2/meter",
                        "3 b1 conflict idempotency_conflict /3/idempotency_key"),
                failures(answer));
    }

    @Test
    void shouldKeepWhatWasNotCountedReadable() throws Exception {
        edge.post("/v1/usage", event("r1", "1"));
        edge.post("/v1/usage", "[" + shapeless("r0") + "," + event("r1", "2") + "]");
        edge.post("/v1/usage", unknown("r2"));

        HttpRequest request = edge.request("/v1/usage/rejections?limit=500")
                .setHeader("Authorization", TestEdge.READER)
                .GET()
                .build();
        List<String> kept = new ArrayList<>();
        for (JsonNode row : TestEdge.json(edge.send(request)).get("data")) {
            if (row.get("idempotency_key").asText().startsWith("r")) {
                assertEquals("2027-01-15T08:00:00Z", row.get("received_at").textValue());
                kept.add(row.get("index") + " " + row.get("idempotency_key").textValue() + " "
                        + row.get("code").textValue() + " " + row.get("pointer").textValue());
            }
        }
        assertEquals(
                List.of(
                        "0 r0 missing_field /0/customer",
                        "1 r1 idempotency_conflict /1/idempotency_key",
                        "0 r2 unknown_meter /meter"),
                kept);
        assertEquals(403, edge.get("/v1/usage/rejections").statusCode());
    }

    @Test
    void shouldPointIntoWrappedEvents() throws Exception {
        JsonNode answer = answer(
                207,
                "/v1/usage",
                "{ \"events\" : [" + event("c1", "1") + "," + unknown("c2") + "," + shapeless("c3") + "]}");
        assertEquals(
                List.of(
                        "1 c2 rejected unknown_meter /events/1/meter",
                        "2 c3 rejected missing_field /events/2/customer"),
                failures(answer));
    }

    @Test
    void shouldAnswer422WhenNothingWasAccepted() throws Exception {
        JsonNode mixed = answer(422, "/v1/usage", "[" + unknown("d1") + "," + shapeless("d2") + "]");
        assertEquals("events_rejected", mixed.get("code").textValue());
        assertCounts(mixed, 0, 0, 0, 2);
        assertEquals(2, failures(mixed).size());
        JsonNode shapes = answer(422, "/v1/usage", "[" + shapeless("d3") + "]");
        assertEquals(List.of("0 d3 rejected missing_field /0/customer"), failures(shapes));
    }

    @Test
    void shouldJudgeASingleEventByItsOwnCode() throws Exception {
        edge.post("/v1/usage", event("e1", "1"));
        JsonNode conflict = answer(409, "/v1/usage", event("e1", "2"));
        assertEquals("idempotency_conflict", conflict.get("code").textValue());
        assertEquals(List.of("0 e1 conflict idempotency_conflict /idempotency_key"), failures(conflict));
        assertEquals(
                "unknown_meter",
                answer(422, "/v1/usage", unknown("e2")).get("code").textValue());
        assertEquals(
                "missing_field",
                answer(422, "/v1/usage", shapeless("e3")).get("code").textValue());
        JsonNode inArray = answer(422, "/v1/usage", "[" + event("e1", "2") + "]");
        assertCounts(inArray, 0, 0, 1, 0);
    }

    @Test
    void shouldAcceptAllOrNothing() throws Exception {
        String good = event("f1", "1") + "," + event("f2", "1");
        JsonNode refused = answer(422, "/v1/usage?atomic=true", "[" + good + "," + unknown("f3") + "]");
        assertEquals("atomic_rejected", refused.get("code").textValue());
        assertEquals(List.of("2 f3 rejected unknown_meter /2/meter"), failures(refused));
        assertCounts(refused, 0, 0, 0, 1);
        answer(422, "/v1/usage?atomic=true", "[" + good + "," + shapeless("f4") + "]");
        assertEquals(
                "{\"accepted\":2,\"duplicates\":0}",
                edge.post("/v1/usage?atomic=true", "[" + good + "]").body());
        assertEquals(
                "{\"accepted\":0,\"duplicates\":2}",
                edge.post("/v1/usage?atomic=true", "[" + good + "]").body());
    }

    @ParameterizedTest
    @CsvSource({"?atomic=yes", "?atomic=", "?atomic", "?atomic=true&atomic=true", "?Atomic=true", "?x=1"})
    void shouldRefuseOtherParameters(String query) throws Exception {
        JsonNode answer = answer(422, "/v1/usage" + query, event("g1", "1"));
        assertTrue(answer.get("errors").get(0).get("pointer").textValue().startsWith("?"), answer.toString());
    }

    @Test
    void shouldRefuseWhatIsNotEvents() throws Exception {
        JsonNode broken = answer(400, "/v1/usage", "[{\"idempotency_key\":\n}]");
        assertEquals("malformed_json", broken.get("code").textValue());
        assertEquals(2, broken.get("line").intValue(), broken.toString());
        answer(400, "/v1/usage", "17");
        answer(400, "/v1/usage", "");
        answer(422, "/v1/usage", "[]");
        assertEquals(0, edge.batchesInFlight());
    }

    @Test
    void shouldAskForTheRightKeyAndType() throws Exception {
        var body = BodyPublishers.ofString(event("h1", "1"));
        for (var expected : List.of(
                List.of("401", "Authorization", "Bearer stranger"),
                List.of("403", "Authorization", TestEdge.READER),
                List.of("403", "Authorization", TestEdge.OPERATOR),
                List.of("415", "Content-Type", "text/plain"),
                List.of("415", "Content-Type", "application/jsonish"),
                List.of("415", "Content-Encoding", "deflate"),
                List.of("415", "Content-Encoding", "gzip, gzip"),
                List.of("400", "Content-Encoding", "gzip"),
                List.of("200", "Content-Type", "application/json;charset=utf-8"))) {
            var request = edge.request("/v1/usage")
                    .setHeader(expected.get(1), expected.get(2))
                    .POST(body)
                    .build();
            assertEquals(Integer.parseInt(expected.get(0)), edge.send(request).statusCode(), expected.toString());
        }
        assertEquals(200, edge.post("/v1/us%61ge", event("h2", "1")).statusCode());
    }
}
