package dev.valora.ingest.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.ingest.Limits;
import java.util.List;
import java.util.Locale;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes that are not the HTTP/1.1 that clients send. None of them may be answered 2xx, and none may be half understood. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FramingTest {

    private static final String EVENT = TestEdge.event("k", "1");
    private static final String POST = "POST /v1/usage HTTP/1.1\r\n";
    private static final String HEADERS = "Authorization: Bearer writer\r\nContent-Type: application/json\r\n";
    private static final String HOST = "Host: x\r\n";
    private static final String LENGTH = "Content-Length: " + EVENT.length() + "\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";
    private static final String CHUNKS = Integer.toHexString(EVENT.length()) + "\r\n" + EVENT + "\r\n0\r\n\r\n";

    private final ScriptedIntake intake = new ScriptedIntake();
    private final TestEdge edge = new TestEdge(TestEdge.LIMITS, intake, TestEdge.meters(), List.of());

    @AfterAll
    void stop() throws Exception {
        edge.close();
        intake.close();
    }

    static List<Arguments> wellFormed() {
        return List.of(
                Arguments.of("length", POST + HOST + HEADERS + LENGTH + "\r\n" + EVENT),
                Arguments.of("chunks", POST + HOST + HEADERS + CHUNKED + "\r\n" + CHUNKS),
                Arguments.of(
                        "coding in capitals", POST + HOST + HEADERS + "transfer-encoding: Chunked\r\n\r\n" + CHUNKS),
                Arguments.of(
                        "chunk extension and trailer",
                        POST + HOST + HEADERS + CHUNKED + "\r\n" + Integer.toHexString(EVENT.length()) + ";a=b\r\n"
                                + EVENT + "\r\n0\r\nX-Trailer: y\r\n\r\n"),
                Arguments.of("HTTP/1.0", "POST /v1/usage HTTP/1.0\r\n" + HEADERS + LENGTH + "\r\n" + EVENT));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wellFormed")
    void shouldAcceptWellFormedRequests(String name, String bytes) throws Exception {
        try (RawClient client = new RawClient(edge.port())) {
            String answer = client.say(bytes).readAnswer();
            assertEquals(200, RawClient.status(answer), answer);
            assertTrue(answer.endsWith("{\"accepted\":1,\"duplicates\":0}"), answer);
        }
    }

    static List<Arguments> malformed() {
        return List.of(
                Arguments.of(
                        "bad chunk size", POST + HOST + HEADERS + CHUNKED + "\r\nzz\r\n" + EVENT + "\r\n0\r\n\r\n"),
                Arguments.of(
                        "negative chunk size",
                        POST + HOST + HEADERS + CHUNKED + "\r\n-5\r\n" + EVENT + "\r\n0\r\n\r\n"),
                Arguments.of("enormous chunk size", POST + HOST + HEADERS + CHUNKED + "\r\nfffffffff\r\n" + EVENT),
                Arguments.of("no chunk size", POST + HOST + HEADERS + CHUNKED + "\r\n\r\n" + EVENT + "\r\n0\r\n\r\n"),
                Arguments.of(
                        "chunk longer than its size",
                        POST + HOST + HEADERS + CHUNKED + "\r\n" + Integer.toHexString(EVENT.length()) + "\r\n" + EVENT
                                + "xx\r\n0\r\n\r\n"),
                Arguments.of("length beside coding", POST + HOST + HEADERS + LENGTH + CHUNKED + "\r\n" + CHUNKS),
                Arguments.of("coding beside length", POST + HOST + HEADERS + CHUNKED + LENGTH + "\r\n" + CHUNKS),
                Arguments.of("xchunked", POST + HOST + HEADERS + "Transfer-Encoding: xchunked\r\n\r\n" + CHUNKS),
                Arguments.of(
                        "gzip, chunked", POST + HOST + HEADERS + "Transfer-Encoding: gzip, chunked\r\n\r\n" + CHUNKS),
                Arguments.of("identity", POST + HOST + HEADERS + "Transfer-Encoding: identity\r\n\r\n" + EVENT),
                Arguments.of("coding twice", POST + HOST + HEADERS + CHUNKED + CHUNKED + "\r\n" + CHUNKS),
                Arguments.of(
                        "space before the colon",
                        POST + HOST + HEADERS + "Transfer-Encoding : chunked\r\n\r\n" + CHUNKS),
                Arguments.of(
                        "coding in HTTP/1.0",
                        "POST /v1/usage HTTP/1.0\r\n" + HOST + HEADERS + CHUNKED + "\r\n" + CHUNKS),
                Arguments.of("two lengths", POST + HOST + HEADERS + LENGTH + "Content-Length: 1\r\n\r\n" + EVENT),
                Arguments.of("the same length twice", POST + HOST + HEADERS + LENGTH + LENGTH + "\r\n" + EVENT),
                Arguments.of("length list", POST + HOST + HEADERS + "Content-Length: 1, 1\r\n\r\n" + EVENT),
                Arguments.of("negative length", POST + HOST + HEADERS + "Content-Length: -1\r\n\r\n" + EVENT),
                Arguments.of("signed length", POST + HOST + HEADERS + "Content-Length: +5\r\n\r\n" + EVENT),
                Arguments.of("length in words", POST + HOST + HEADERS + "Content-Length: five\r\n\r\n" + EVENT),
                Arguments.of(
                        "endless length",
                        POST + HOST + HEADERS + "Content-Length: 99999999999999999999\r\n\r\n" + EVENT),
                Arguments.of("no host", POST + HEADERS + LENGTH + "\r\n" + EVENT),
                Arguments.of("two hosts", POST + HOST + HOST + HEADERS + LENGTH + "\r\n" + EVENT),
                Arguments.of("folded header", POST + HOST + "X-A: b\r\n c\r\n" + HEADERS + LENGTH + "\r\n" + EVENT),
                Arguments.of(
                        "folded with a tab", POST + HOST + "X-A: b\r\n\tc\r\n" + HEADERS + LENGTH + "\r\n" + EVENT),
                Arguments.of("folded length", POST + HOST + HEADERS + "Content-Length:\r\n 5\r\n\r\n" + EVENT),
                Arguments.of(
                        "space before the first header", POST + " Host: x\r\n" + HEADERS + LENGTH + "\r\n" + EVENT),
                Arguments.of("header without a name", POST + HOST + HEADERS + ": b\r\n" + LENGTH + "\r\n" + EVENT),
                Arguments.of("host that is none", POST + "Host: a@b/c\r\n" + HEADERS + LENGTH + "\r\n" + EVENT),
                Arguments.of("two words as host", POST + "Host: a b\r\n" + HEADERS + LENGTH + "\r\n" + EVENT),
                Arguments.of(
                        "two keys",
                        POST + HOST + HEADERS + "Authorization: Bearer reader\r\n" + LENGTH + "\r\n" + EVENT),
                Arguments.of(
                        "two types", POST + HOST + HEADERS + "content-type: text/plain\r\n" + LENGTH + "\r\n" + EVENT),
                Arguments.of(
                        "header without a colon", POST + HOST + "nonsense\r\n" + HEADERS + LENGTH + "\r\n" + EVENT),
                Arguments.of("NUL in a header", POST + HOST + "X-A: b\0c\r\n" + HEADERS + LENGTH + "\r\n" + EVENT),
                Arguments.of(
                        "bare line feeds",
                        ("POST /v1/usage HTTP/1.1\n" + HOST + HEADERS + LENGTH + "\r\n").replace("\r", "") + EVENT),
                Arguments.of("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                Arguments.of("HTTP/1.2", "POST /v1/usage HTTP/1.2\r\n" + HOST + HEADERS + LENGTH + "\r\n" + EVENT),
                Arguments.of("HTTP/0.9", "GET /v1/usage\r\n\r\n"),
                Arguments.of("not HTTP", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n"),
                Arguments.of("long request line", "GET /" + "a".repeat(10_000) + " HTTP/1.1\r\n" + HOST + "\r\n"),
                Arguments.of("long headers", POST + HOST + ("X-A: " + "b".repeat(1_000) + "\r\n").repeat(20) + "\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void shouldRefuseAndClose(String name, String bytes) throws Exception {
        // A second request behind the first shows whether the server would take its body for one.
        String smuggled = POST + HOST + HEADERS + LENGTH + "\r\n" + EVENT;
        try (RawClient client = new RawClient(edge.port())) {
            String answer = client.say(bytes + smuggled).readToEnd();
            assertEquals(400, RawClient.status(answer), answer);
            assertFalse(answer.contains("accepted\":1"), answer);
            assertEquals(1, answer.split("HTTP/1\\.[01] ", -1).length - 1, answer);
        }
        assertEquals(0, edge.bodyBytesLent());
    }

    static List<Arguments> brokenChunks() {
        String size = Integer.toHexString(EVENT.length());
        return List.of(
                Arguments.of("bad size", "zz\r\n" + EVENT + "\r\n0\r\n\r\n"),
                Arguments.of("overflowing size", "ffffffffffffffff\r\n" + EVENT + "\r\n0\r\n\r\n"),
                Arguments.of("bare line feeds", CHUNKS.replace("\r", "")),
                Arguments.of("endless extension", size + ";" + "a".repeat(10_000) + "\r\n" + EVENT + "\r\n0\r\n\r\n"),
                Arguments.of("endless trailer", size + "\r\n" + EVENT + "\r\n0\r\n" + "X-A: b\r\n".repeat(5_000)),
                Arguments.of("bad trailer", size + "\r\n" + EVENT + "\r\n0\r\nnonsense\r\n\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenChunks")
    void shouldRefuseABodyThatBreaksBeforeItsKeyWasLookedUp(String name, String chunks) throws Exception {
        for (String key : List.of(TestEdge.WRITER, TestEdge.STRANGER)) {
            try (RawClient client = new RawClient(edge.port())) {
                String head = POST + HOST + HEADERS.replace(TestEdge.WRITER, key) + CHUNKED + "\r\n";
                String answer = client.say(head + chunks).readToEnd();
                assertEquals(400, RawClient.status(answer), answer);
            }
        }
        assertEquals(0, edge.bodyBytesLent());
    }

    static List<Arguments> cutOff() {
        String size = Integer.toHexString(EVENT.length());
        return List.of(
                Arguments.of("before the length", "Content-Length: " + (EVENT.length() + 1) + "\r\n\r\n" + EVENT),
                Arguments.of("before the first byte", LENGTH + "\r\n"),
                Arguments.of("before the first chunk", CHUNKED + "\r\n"),
                Arguments.of("in a chunk", CHUNKED + "\r\n" + size + "\r\n" + EVENT.substring(1)),
                Arguments.of("before the last chunk", CHUNKED + "\r\n" + size + "\r\n" + EVENT + "\r\n"),
                Arguments.of("in the last chunk", CHUNKED + "\r\n" + size + "\r\n" + EVENT + "\r\n0\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cutOff")
    void shouldRefuseABodyThatEndsEarly(String name, String rest) throws Exception {
        for (String key : List.of(TestEdge.WRITER, TestEdge.STRANGER)) {
            try (RawClient client = new RawClient(edge.port())) {
                client.say(POST + HOST + HEADERS.replace(TestEdge.WRITER, key) + rest);
                String answer = client.sayNoMore().readToEnd();
                assertEquals(400, RawClient.status(answer), answer);
            }
        }
        assertEquals(0, edge.bodyBytesLent());
    }

    @Test
    void shouldAnswerAClientThatHasSaidAll() throws Exception {
        String request = POST + HOST + HEADERS + LENGTH + "\r\n" + EVENT;
        for (int pipelined = 1; pipelined <= 3; pipelined++) {
            try (RawClient client = new RawClient(edge.port())) {
                String answers =
                        client.say(request.repeat(pipelined)).sayNoMore().readToEnd();
                assertEquals(pipelined, answers.split("HTTP/1.1 200 OK", -1).length - 1, answers);
            }
        }
    }

    @Test
    void shouldCloseWhenAClientEndsBetweenRequests() throws Exception {
        for (String begun : List.of("", POST, POST + HOST + HEADERS)) {
            try (RawClient client = new RawClient(edge.port())) {
                client.say(POST + HOST + HEADERS + LENGTH + "\r\n" + EVENT);
                assertEquals(200, RawClient.status(client.readAnswer()));
                String rest = client.say(begun).sayNoMore().readToEnd();
                assertEquals(begun.isEmpty() ? 0 : 400, RawClient.status(rest), rest);
            }
        }
    }

    @Test
    void shouldContinueWhenAskedTo() throws Exception {
        try (RawClient client = new RawClient(edge.port())) {
            client.say(POST + HOST + HEADERS + LENGTH + "Expect: 100-continue\r\n\r\n");
            String first = client.readAnswer();
            assertEquals(100, RawClient.status(first), first);
            String answer = client.say(EVENT).readAnswer();
            assertEquals(200, RawClient.status(answer), answer);
        }
    }

    @Test
    void shouldRefuseBeforeTheBodyWhenAskedToContinue() throws Exception {
        try (RawClient client = new RawClient(edge.port())) {
            String answer = client.say(
                            POST + HOST + HEADERS + "Content-Length: 100000000\r\nExpect: 100-continue\r\n\r\n")
                    .readToEnd();
            assertEquals(413, RawClient.status(answer), answer);
            assertTrue(answer.toLowerCase(Locale.ROOT).contains("connection: close"), answer);
        }
    }

    @Test
    void shouldRefuseByLengthWithoutReading() throws Exception {
        try (RawClient client = new RawClient(edge.port())) {
            String answer = client.say(POST + HOST + HEADERS + "Content-Length: 8388609\r\n\r\n")
                    .readAnswer();
            assertEquals(413, RawClient.status(answer), answer);
        }
    }

    @Test
    void shouldLetAClientSeeTheRefusalThatSendsAllOfItsBodyFirst() throws Exception {
        String body = " ".repeat(2 * Limits.REQUEST_BODY_BYTES);
        try (RawClient client = new RawClient(edge.port())) {
            client.say(POST + HOST + HEADERS + "Content-Length: " + body.length() + "\r\n\r\n");
            String answer = client.say(body).readToEnd();
            assertEquals(413, RawClient.status(answer), answer);
        }
    }

    @Test
    void shouldRefuseChunksBeyondTheLimit() throws Exception {
        String chunk = "100000\r\n" + " ".repeat(1 << 20) + "\r\n";
        try (RawClient client = new RawClient(edge.port())) {
            client.say(POST + HOST + HEADERS + CHUNKED + "\r\n" + chunk.repeat(8) + "1\r\nx\r\n0\r\n\r\n");
            String answer = client.readToEnd();
            assertEquals(413, RawClient.status(answer), answer);
        }
        assertEquals(0, edge.bodyBytesLent());
    }

    @Test
    void shouldAnswerPipelinedRequestsInOrder() throws Exception {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            String path = i % 2 == 0 ? "/v1/usage" : "/v1/nothing/" + i;
            all.append("POST ")
                    .append(path)
                    .append(" HTTP/1.1\r\n")
                    .append(HOST)
                    .append(HEADERS)
                    .append(LENGTH);
            all.append("\r\n").append(EVENT);
        }
        try (RawClient client = new RawClient(edge.port())) {
            client.say(all.toString());
            for (int i = 0; i < 200; i++) {
                String answer = client.readAnswer();
                assertEquals(i % 2 == 0 ? 200 : 404, RawClient.status(answer), i + ": " + answer);
            }
        }
    }

    /** Some of a body arrives while the request before is not answered yet, some afterwards. */
    @Test
    void shouldGiveEachPipelinedRequestItsOwnBody() throws Exception {
        int requests = 12;
        int events = 1_000;
        StringBuilder all = new StringBuilder();
        for (int request = 0; request < requests; request++) {
            StringBuilder body = new StringBuilder("[");
            for (int i = 0; i < events - request; i++) {
                body.append(i == 0 ? "" : ",").append(TestEdge.event("own-" + request + "-" + i, "1"));
            }
            body.append(']');
            String head = POST + HOST + HEADERS;
            if (request % 2 == 0) {
                all.append(head)
                        .append("Content-Length: ")
                        .append(body.length())
                        .append("\r\n\r\n")
                        .append(body);
            } else {
                all.append(head).append(CHUNKED).append("\r\n");
                all.append(Integer.toHexString(body.length()))
                        .append("\r\n")
                        .append(body)
                        .append("\r\n0\r\n\r\n");
            }
        }
        try (RawClient client = new RawClient(edge.port())) {
            client.say(all.toString());
            for (int request = 0; request < requests; request++) {
                String answer = client.readAnswer();
                assertEquals(200, RawClient.status(answer), answer);
                assertTrue(answer.contains("\"accepted\":" + (events - request) + ","), request + ": " + answer);
            }
        }
        assertEquals(0, edge.bodyBytesLent());
    }

    @Test
    void shouldKeepTheConnectionAfterASmallRefusedBody() throws Exception {
        try (RawClient client = new RawClient(edge.port())) {
            client.say(POST + HOST + "Authorization: Bearer stranger\r\n" + LENGTH + "\r\n" + EVENT);
            assertEquals(401, RawClient.status(client.readAnswer()));
            client.say(POST + HOST + HEADERS + LENGTH + "\r\n" + EVENT);
            assertEquals(200, RawClient.status(client.readAnswer()));
        }
    }

    @Test
    void shouldTakeTheBodyBackWhenTheClientLeavesInTheMiddle() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (RawClient client = new RawClient(edge.port())) {
                client.say(POST + HOST + HEADERS + "Content-Length: 100000\r\n\r\n" + EVENT);
            }
        }
        Awaitility.await().until(() -> edge.bodyBytesLent() == 0 && edge.batchesInFlight() == 0);
        assertEquals(200, edge.post("/v1/usage", EVENT).statusCode());
    }
}
