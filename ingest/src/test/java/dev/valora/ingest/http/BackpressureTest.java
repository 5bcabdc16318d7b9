package dev.valora.ingest.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.ingest.HttpObserver;
import dev.valora.ingest.intake.Intake;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BackpressureTest {

    private static final String EVENT = TestEdge.event("k", "1");

    private final ScriptedIntake intake = new ScriptedIntake();
    private final TestEdge edge = new TestEdge(TestEdge.LIMITS, intake, TestEdge.meters(), List.of());

    @AfterEach
    void stop() throws Exception {
        edge.close();
        intake.close();
    }

    private void assertUnavailable(String code) throws Exception {
        HttpResponse<String> response = edge.post("/v1/usage", EVENT);
        assertEquals(503, response.statusCode(), response.body());
        assertEquals(code, TestEdge.json(response).get("code").textValue());
        assertTrue(Integer.parseInt(response.headers().firstValue("Retry-After").orElseThrow()) > 0);
        assertEquals(0, edge.batchesInFlight());
    }

    @Test
    void shouldSayWhyNothingIsTaken() throws Exception {
        intake.offer = Intake.Offer.FULL;
        assertUnavailable("overloaded");
        intake.offer = Intake.Offer.CLOSED;
        assertUnavailable("stopping");
        intake.offer = Intake.Offer.TAKEN;
        intake.failing = true;
        assertUnavailable("journal_failed");
    }

    @Test
    void shouldTellAFullDiskFromOneThatIsNearlyFull() throws Exception {
        intake.offer = Intake.Offer.DISK_LOW;
        assertUnavailable("disk_low");
        intake.offer = Intake.Offer.CLOCK_JUMPED;
        assertUnavailable("clock_jumped");
        intake.offer = Intake.Offer.DISK_FULL;
        assertNoSpace();
        intake.offer = Intake.Offer.TAKEN;
        intake.refusing = true;
        assertNoSpace();
        intake.refusing = false;
        intake.offer = Intake.Offer.TAKEN;
        assertEquals(200, edge.post("/v1/usage", EVENT).statusCode());
    }

    private void assertNoSpace() throws Exception {
        HttpResponse<String> response = edge.post("/v1/usage", EVENT);
        assertEquals(507, response.statusCode(), response.body());
        assertEquals("disk_full", TestEdge.json(response).get("code").textValue());
        assertEquals(0, edge.batchesInFlight());
    }

    @Test
    void shouldTakeBatchesBackFromClientsThatLeft() throws Exception {
        intake.holding = true;
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            RawClient client = new RawClient(edge.port());
            client.say("POST /v1/usage HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer writer\r\n"
                    + "Content-Type: application/json\r\nContent-Length: " + EVENT.length() + "\r\n\r\n" + EVENT);
            clients.add(client);
        }
        Awaitility.await().until(() -> edge.batchesInFlight() == 50);
        for (RawClient client : clients) {
            client.close();
        }
        intake.release();
        Awaitility.await().until(() -> edge.batchesInFlight() == 0);
        assertEquals(200, edge.post("/v1/usage", EVENT).statusCode());
    }

    @Test
    void shouldAnswerTenThousandRequestsEachWithItsOwnAnswer() throws Exception {
        int clients = 50;
        int each = 200;
        List<CompletableFuture<Integer>> done = new ArrayList<>();
        for (int c = 0; c < clients; c++) {
            int client = c;
            CompletableFuture<Integer> count = new CompletableFuture<>();
            done.add(count);
            Thread.ofVirtual().start(() -> {
                try {
                    count.complete(pipeline(client, each));
                } catch (Exception | AssertionError failed) {
                    count.completeExceptionally(failed);
                }
            });
        }
        int answered = 0;
        for (CompletableFuture<Integer> count : done) {
            answered += count.join();
        }
        assertEquals(clients * each, answered);
        assertEquals(0, edge.batchesInFlight());
        assertEquals(0, edge.bodyBytesLent());
    }

    /** Sends batches of 1 to 7 events, 20 requests ahead of the answers; the counts tell whose answer it is. */
    private int pipeline(int client, int requests) throws Exception {
        int ahead = 20;
        try (RawClient raw = new RawClient(edge.port())) {
            for (int from = 0; from < requests; from += ahead) {
                StringBuilder all = new StringBuilder();
                for (int i = from; i < from + ahead; i++) {
                    String events = String.join(",", Collections.nCopies(1 + (client + i) % 7, EVENT));
                    all.append("POST /v1/usage HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer writer\r\n")
                            .append("Content-Type: application/json\r\nContent-Length: ")
                            .append(events.length() + 2)
                            .append("\r\n\r\n[")
                            .append(events)
                            .append(']');
                }
                raw.say(all.toString());
                for (int i = from; i < from + ahead; i++) {
                    String answer = raw.readAnswer();
                    String expected = "{\"accepted\":" + (1 + (client + i) % 7) + ",\"duplicates\":0}";
                    assertTrue(answer.startsWith("HTTP/1.1 200") && answer.endsWith(expected), answer);
                }
            }
        }
        return requests;
    }

    @Test
    void shouldFinishWhatIsInFlightWhenItStops() throws Exception {
        intake.holding = true;
        CompletableFuture<HttpResponse<String>> waiting = edge.client.sendAsync(
                edge.request("/v1/usage").POST(BodyPublishers.ofString(EVENT)).build(),
                HttpResponse.BodyHandlers.ofString());
        Awaitility.await().until(() -> edge.batchesInFlight() == 1);
        int port = edge.port();
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> {
            try {
                edge.edge.stop(Duration.ofSeconds(10));
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        });
        Awaitility.await().until(() -> isRefused(port));
        intake.release();
        assertEquals(200, waiting.join().statusCode());
        stopped.join();
    }

    private static boolean isRefused(int port) {
        try (RawClient client = new RawClient(port)) {
            return client.readToEnd().isEmpty();
        } catch (IOException refused) {
            return true;
        }
    }

    @Test
    void shouldSayThatThePortIsTaken() {
        HttpSettings taken = new HttpSettings("127.0.0.1", edge.port(), 1, TestEdge.LIMITS, null);
        Vertx other = Vertx.vertx();
        try {
            HttpParts parts = new HttpParts(
                    new TestEdge.Keys(),
                    new TestEdge.Replies(),
                    intake,
                    () -> (body, length, lines, batch) -> {},
                    List.of(),
                    new RejectionLog(() -> 0),
                    HttpObserver.NONE,
                    System::nanoTime);
            HttpStartException failure =
                    assertThrows(HttpStartException.class, () -> HttpEdge.start(other, taken, parts));
            assertTrue(
                    String.valueOf(failure.getMessage()).startsWith("Cannot listen on 127.0.0.1:" + edge.port()),
                    failure.getMessage());
        } finally {
            other.close().toCompletionStage().toCompletableFuture().join();
        }
    }
}
