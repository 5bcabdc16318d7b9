package dev.valora.ingest.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlineTest {

    private static final String HEAD =
            "POST /v1/usage HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer writer\r\nContent-Type: application/json\r\n";

    private static final long PAUSE_MILLIS = 200;
    private static final long PACE_NANOS = 5_000_000;

    private final ScriptedIntake intake = new ScriptedIntake();
    private final TestEdge edge = new TestEdge(TestEdge.DEADLINES, intake, TestEdge.meters(), List.of());

    @AfterEach
    void stop() throws Exception {
        edge.close();
        intake.close();
    }

    /**
     * Says a byte again and again, which never lets a connection be idle, until the server ends it, and turns the clock
     * between. Writes on a thread of its own, so that the answer is read before a reset can eat it.
     */
    private String readWhileDribbling(RawClient client) throws Exception {
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; i < 2_000; i++) {
                    client.say("a");
                    edge.turn(PAUSE_MILLIS);
                    LockSupport.parkNanos(PACE_NANOS);
                }
            } catch (IOException closed) {
                // the reader has seen how it ended
            }
        });
        String answer = client.readToEnd();
        client.close();
        writer.join();
        return answer;
    }

    @Test
    void shouldEndAHeadThatDribbles() throws Exception {
        try (RawClient client = new RawClient(edge.port())) {
            client.say("GET / HTTP/1.1\r\nHost: x\r\nX-A: ");
            assertEquals(408, RawClient.status(readWhileDribbling(client)));
        }
    }

    @Test
    void shouldEndABodyThatDribbles() throws Exception {
        try (RawClient client = new RawClient(edge.port())) {
            client.say(HEAD + "Content-Length: 100000\r\n\r\n");
            String answer = readWhileDribbling(client);
            assertEquals(408, RawClient.status(answer), answer);
            assertTrue(answer.contains("body_timeout"), answer);
        }
        assertEquals(0, edge.bodyBytesLent());
    }

    /** The first request waits for its caller to be looked up; answering it begins the second before the first one's body ends. */
    @Test
    void shouldEndABodyThatBeganBehindARefusedRequest() throws Exception {
        String event = TestEdge.event("k", "1");
        try (RawClient client = new RawClient(edge.port())) {
            client.say(HEAD.replace("writer", "nobody") + "Content-Length: " + event.length() + "\r\n\r\n" + event
                    + HEAD + "Content-Length: 100000\r\n\r\n[" + event);
            assertEquals(401, RawClient.status(client.readAnswer()));
            String answer = readWhileDribbling(client);
            assertEquals(408, RawClient.status(answer), answer);
        }
        Awaitility.await().until(() -> edge.bodyBytesLent() == 0);
    }

    @Test
    void shouldCloseAnIdleConnectionWithoutAWord() throws Exception {
        try (RawClient silent = new RawClient(edge.port());
                RawClient used = new RawClient(edge.port())) {
            used.say(HEAD + "Content-Length: " + TestEdge.event("k", "1").length() + "\r\n\r\n"
                    + TestEdge.event("k", "1"));
            assertEquals(200, RawClient.status(used.readAnswer()));
            edge.turn(TestEdge.DEADLINES.idleMillis());
            assertEquals("", silent.readToEnd());
            assertEquals("", used.readToEnd());
        }
    }

    @Test
    void shouldNotCutARequestThatWaitsForTheWriter() throws Exception {
        intake.holding = true;
        try (RawClient client = new RawClient(edge.port());
                RawClient idle = new RawClient(edge.port())) {
            client.say(HEAD + "Content-Length: " + TestEdge.event("k", "1").length() + "\r\n\r\n"
                    + TestEdge.event("k", "1"));
            Awaitility.await().until(() -> edge.batchesInFlight() == 1);
            edge.turn(TestEdge.DEADLINES.bodyMillis() * 2L);
            // That this one was closed shows that the deadlines were looked at.
            assertEquals("", idle.readToEnd());
            intake.release();
            assertEquals(200, RawClient.status(client.readAnswer()));
        }
    }

    @Test
    void shouldCloseConnectionsBeyondTheCap() throws Exception {
        List<RawClient> open = new ArrayList<>();
        try {
            for (int i = 0; i < TestEdge.DEADLINES.connections(); i++) {
                open.add(new RawClient(edge.port()));
            }
            Awaitility.await()
                    .until(() -> edge.edge.loops().stream()
                                    .mapToInt(EdgeLoop::openConnections)
                                    .max()
                                    .orElse(0)
                            == TestEdge.DEADLINES.connections());
            try (RawClient one = new RawClient(edge.port())) {
                assertEquals("", one.readToEnd());
            }
        } finally {
            for (RawClient client : open) {
                client.close();
            }
        }
    }
}
