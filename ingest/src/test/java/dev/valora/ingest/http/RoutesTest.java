package dev.valora.ingest.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.ingest.Access;
import dev.valora.ingest.ApiRequest;
import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.FieldProblem;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.Json;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import dev.valora.ingest.Reply;
import dev.valora.ingest.Route;
import dev.valora.ingest.Scope;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoutesTest {

    private final AtomicInteger calls = new AtomicInteger();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final ScriptedIntake intake = new ScriptedIntake();
    private final TestEdge edge = new TestEdge(TestEdge.LIMITS, intake, TestEdge.meters(), routes());

    @AfterAll
    void stop() throws Exception {
        edge.close();
        intake.close();
    }

    private List<Route> routes() {
        Access writers = Access.anyOf(Scope.USAGE_WRITE);
        return List.of(
                new Route(HttpVerb.GET, "/v1/things/{name}", writers, RoutesTest::echo),
                new Route(HttpVerb.GET, "/v1/things/{name}/parts/{part}", writers, RoutesTest::echo),
                new Route(
                        HttpVerb.GET,
                        "/v1/things/special",
                        writers,
                        request -> Reply.ok(Json.object().put("special", true))),
                new Route(HttpVerb.POST, "/v1/things", writers, this::create),
                new Route(HttpVerb.DELETE, "/v1/things/{name}", writers, request -> Reply.noContent()),
                new Route(HttpVerb.GET, "/v1/usage", Access.anyOf(Scope.USAGE_READ), RoutesTest::echo),
                new Route(HttpVerb.GET, "/v1/organizations", Access.operator(), RoutesTest::echo),
                new Route(HttpVerb.GET, "/openapi.json", Access.everyone(), RoutesTest::echo),
                new Route(HttpVerb.GET, "/v1/broken", writers, request -> {
                    throw new IllegalStateException("a secret of the server");
                }),
                new Route(HttpVerb.GET, "/v1/away", writers, request -> {
                    throw new DatabaseException("connection refused", null, null);
                }),
                new Route(HttpVerb.POST, "/v1/slow", writers, request -> {
                    await(gate);
                    return Reply.ok(Json.object());
                }));
    }

    private static Reply echo(ApiRequest request) {
        var object = Json.object()
                .put("path", request.path())
                .put("actor", request.caller().actor());
        request.pathParameters().forEach(object::put);
        request.query()
                .names()
                .forEach(
                        name -> object.put("?" + name, request.query().all(name).toString()));
        return Reply.ok(object);
    }

    private Reply create(ApiRequest request) {
        String code = request.fields().requiredCode("code");
        return switch (code) {
            case "invalid" ->
                throw new ProblemException(
                        Problem.invalid(List.of(new FieldProblem("/code", "invalid_code", "Choose another."))));
            case "limited" ->
                throw new ProblemException(Problem.of(ProblemKind.RATE_LIMITED, "rate_limited", "Slowly."));
            case "failing" -> throw new IllegalStateException("failing");
            default -> Reply.created(Json.object().put("code", code).put("call", calls.incrementAndGet()));
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void assertProblem(int status, String code, HttpResponse<String> response) throws Exception {
        assertEquals(status, response.statusCode(), response.body());
        assertEquals(List.of("application/problem+json"), response.headers().allValues("content-type"));
        JsonNode problem = TestEdge.json(response);
        List<String> names = new ArrayList<>();
        problem.fieldNames().forEachRemaining(names::add);
        assertEquals(List.of("type", "title", "status", "detail", "code", "request_id", "errors"), names.subList(0, 7));
        assertEquals("/problems/" + code, problem.get("type").textValue());
        assertEquals(code, problem.get("code").textValue());
        assertEquals(status, problem.get("status").intValue());
        assertEquals(
                response.headers().firstValue("X-Request-Id").orElseThrow(),
                problem.get("request_id").textValue());
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/things/plain, plain",
        "/v1/things/a%2Fb, a/b",
        "/v1/things/a%20b, a b",
        "/v1/things/a+b, a+b",
        "/v1/things/%E2%82%AC, €",
        "/v1/things/key:acme, key:acme",
        "/v1/things/%73pecials, specials",
    })
    void shouldDecodePathParameters(String path, String expected) throws Exception {
        HttpResponse<String> response = edge.get(path);
        assertEquals(200, response.statusCode(), response.body());
        assertEquals(expected, TestEdge.json(response).get("name").textValue());
        assertEquals(path, TestEdge.json(response).get("path").textValue());
    }

    @ParameterizedTest
    @CsvSource({"/v1/things/%zz", "/v1/things/%e2%82", "/v1/things/%00", "/v1/things/%", "/v1/things/x?a=%c0%80"})
    void shouldRefuseWhatCannotBeDecoded(String path) throws Exception {
        try (RawClient client = new RawClient(edge.port())) {
            client.say("GET " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer writer\r\n\r\n");
            String answer = client.readAnswer();
            assertEquals(400, RawClient.status(answer), answer);
            assertTrue(answer.contains("malformed_uri"), answer);
        }
    }

    @Test
    void shouldPreferLiteralSegmentsAndDecodeTheQuery() throws Exception {
        assertTrue(TestEdge.json(edge.get("/v1/things/special")).get("special").booleanValue());
        JsonNode echoed = TestEdge.json(edge.get("/v1/things/x/parts/y?b=1+2&b=%26&c&filter%5Bregion%5D=eu"));
        assertEquals("y", echoed.get("part").textValue());
        assertEquals("[1 2, &]", echoed.get("?b").textValue());
        assertEquals("[]", echoed.get("?c").textValue());
        assertEquals("[eu]", echoed.get("?filter[region]").textValue());
    }

    @ParameterizedTest
    @CsvSource({"/", "/v1", "/v1/things/", "/v1/things/x/", "//v1/things", "/v1/things/x/parts", "/v1/unknown"})
    void shouldAnswer404(String path) throws Exception {
        assertProblem(404, "not_found", edge.get(path));
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /v1/things, POST",
        "POST, /v1/things/x, 'DELETE, GET, HEAD'",
        "HEAD, /v1/things, POST",
        "OPTIONS, /v1/things/x, 'DELETE, GET, HEAD'",
        "DELETE, /v1/usage, 'GET, HEAD, POST'",
    })
    void shouldAnswer405AndSayWhatIsAllowed(String verb, String path, String allowed) throws Exception {
        HttpResponse<String> response = edge.send(
                edge.request(path).method(verb, BodyPublishers.noBody()).build());
        assertEquals(405, response.statusCode());
        assertEquals(allowed, response.headers().firstValue("Allow").orElseThrow());
        if (!verb.equals("HEAD")) {
            assertProblem(405, "method_not_allowed", response);
        }
    }

    @Test
    void shouldAnswerHeadAsGetWithoutABody() throws Exception {
        for (String path : List.of("/v1/things/x", "/v1/nothing", "/v1/broken")) {
            HttpResponse<String> get = edge.get(path);
            HttpResponse<String> head = edge.send(edge.request(path).HEAD().build());
            assertEquals(get.statusCode(), head.statusCode());
            assertEquals(
                    get.headers().firstValue("Content-Type"), head.headers().firstValue("Content-Type"));
            assertEquals("", head.body());
        }
    }

    @Test
    void shouldAskForAKey() throws Exception {
        for (String path : List.of("/v1/things/x", "/v1/organizations")) {
            HttpResponse<String> response = edge.send(edge.request(path)
                    .setHeader("Authorization", "Bearer stranger")
                    .build());
            assertProblem(401, "invalid_api_key", response);
            assertEquals(
                    "Bearer", response.headers().firstValue("WWW-Authenticate").orElseThrow());
        }
        assertEquals(
                200,
                edge.send(HttpRequest.newBuilder(
                                        edge.request("/openapi.json").build().uri())
                                .build())
                        .statusCode());
    }

    @ParameterizedTest
    @CsvSource({
        "Bearer writer, /v1/usage, usage:read",
        "Bearer reader, /v1/things/x, usage:write",
        "Bearer operator, /v1/things/x, usage:write",
        "Bearer writer, /v1/organizations, operator",
    })
    void shouldNameTheScopeThatIsMissing(String key, String path, String named) throws Exception {
        HttpResponse<String> response =
                edge.send(edge.request(path).setHeader("Authorization", key).build());
        assertProblem(403, named.equals("operator") ? "operator_only" : "insufficient_scope", response);
        assertTrue(TestEdge.json(response).get("detail").textValue().contains(named), response.body());
    }

    @Test
    void shouldAskToComeAgainWhenOnlyPostgresIsMissing() throws Exception {
        HttpResponse<String> response = edge.send(edge.request("/v1/usage")
                .setHeader("Authorization", TestEdge.CUT_OFF)
                .build());
        assertProblem(503, "database_unavailable", response);
        assertTrue(response.headers().firstValue("Retry-After").isPresent());
    }

    @Test
    void shouldLetAKnownScopePassAfterALookUp() throws Exception {
        HttpResponse<String> response = edge.send(edge.request("/v1/usage")
                .setHeader("Authorization", TestEdge.READER)
                .build());
        assertEquals("key:reader", TestEdge.json(response).get("actor").textValue());
    }

    @Test
    void shouldTellWhereJsonIsBroken() throws Exception {
        HttpResponse<String> response = edge.post("/v1/things", "{\"code\":\n \"a\",,}");
        assertProblem(400, "malformed_json", response);
        assertEquals(2, TestEdge.json(response).get("line").intValue());
        assertTrue(TestEdge.json(response).get("column").intValue() > 1, response.body());
        for (String broken :
                List.of("{", "{\"code\":\"a\"} x", "{\"code\":\"a\",\"code\":\"b\"}", "{\"a\":NaN}", "\u0001")) {
            assertProblem(400, "malformed_json", edge.post("/v1/things", broken));
        }
        assertProblem(400, "object_required", edge.post("/v1/things", "[1]"));
        assertProblem(400, "body_required", edge.post("/v1/things", ""));
    }

    @Test
    void shouldTakeOnlyPlainJson() throws Exception {
        HttpRequest.BodyPublisher body = BodyPublishers.ofString("{\"code\":\"a\"}");
        assertProblem(
                415,
                "unsupported_media_type",
                edge.send(edge.request("/v1/things")
                        .setHeader("Content-Type", "text/plain")
                        .POST(body)
                        .build()));
        assertProblem(
                415,
                "unsupported_content_encoding",
                edge.send(edge.request("/v1/things")
                        .header("Content-Encoding", "gzip")
                        .POST(body)
                        .build()));
        assertEquals(
                201,
                edge.send(edge.request("/v1/things")
                                .setHeader("Content-Type", "Application/JSON; charset=utf-8")
                                .header("Content-Encoding", "identity")
                                .POST(body)
                                .build())
                        .statusCode());
        assertProblem(413, "body_too_large", edge.post("/v1/things", " ".repeat(HttpLimits.CALL_BODY_BYTES + 1)));
    }

    @Test
    void shouldTellNothingOfWhatFailedInside() throws Exception {
        HttpResponse<String> response = edge.get("/v1/broken");
        assertProblem(500, "internal_error", response);
        assertFalse(response.body().contains("secret"), response.body());
        HttpResponse<String> away = edge.get("/v1/away");
        assertProblem(503, "database_unavailable", away);
        assertTrue(Integer.parseInt(away.headers().firstValue("Retry-After").orElseThrow()) > 0);
    }

    @Test
    void shouldAnswerWithoutABody() throws Exception {
        HttpResponse<String> response =
                edge.send(edge.request("/v1/things/x").DELETE().build());
        assertEquals(204, response.statusCode());
        assertEquals("", response.body());
        assertTrue(response.headers().firstValue("Content-Type").isEmpty());
    }

    private HttpResponse<String> postWithKey(String key, String body) throws Exception {
        return edge.send(edge.request("/v1/things")
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    @Test
    void shouldReplayTheFirstAnswerToAnIdempotencyKey() throws Exception {
        HttpResponse<String> first = postWithKey("replayed", "{\"code\":\"a\"}");
        HttpResponse<String> second = postWithKey("replayed", "{\"code\":\"a\"}");
        assertEquals(201, first.statusCode());
        assertTrue(first.headers().firstValue("Idempotency-Replayed").isEmpty());
        assertEquals(201, second.statusCode());
        assertEquals(first.body(), second.body());
        assertEquals("true", second.headers().firstValue("Idempotency-Replayed").orElseThrow());
        assertProblem(409, "idempotency_key_reused", postWithKey("replayed", "{\"code\":\"b\"}"));
    }

    @ParameterizedTest
    @CsvSource({"invalid, 422, true", "limited, 429, false", "failing, 500, false"})
    void shouldReplayRefusalsButNotWhatARetryMayMend(String code, int status, boolean replayed) throws Exception {
        String body = "{\"code\":\"" + code + "\"}";
        assertEquals(status, postWithKey("key-" + code, body).statusCode());
        HttpResponse<String> second = postWithKey("key-" + code, body);
        assertEquals(status, second.statusCode());
        assertEquals(
                replayed, second.headers().firstValue("Idempotency-Replayed").isPresent());
    }

    @Test
    void shouldRefuseKeysThatAreNone() throws Exception {
        assertProblem(400, "invalid_idempotency_key", postWithKey("k".repeat(256), "{\"code\":\"a\"}"));
        assertProblem(400, "invalid_idempotency_key", postWithKey("a b", "{\"code\":\"a\"}"));
        assertProblem(400, "invalid_idempotency_key", postWithKey("", "{\"code\":\"a\"}"));
        assertEquals(201, postWithKey("k".repeat(255), "{\"code\":\"a\"}").statusCode());
    }

    @Test
    void shouldBoundTheCallsAtOnceAndTellWhoRepeatsTooEarly() throws Exception {
        HttpRequest keyed = edge.request("/v1/slow")
                .header("Idempotency-Key", "slow")
                .POST(BodyPublishers.noBody())
                .build();
        var first = edge.client.sendAsync(keyed, HttpResponse.BodyHandlers.ofString());
        Awaitility.await().until(() -> edge.send(keyed).statusCode() == 409);
        assertProblem(409, "idempotency_key_in_progress", edge.send(keyed));
        HttpRequest plain =
                edge.request("/v1/slow").POST(BodyPublishers.noBody()).build();
        var others = new ArrayList<CompletableFuture<HttpResponse<String>>>();
        for (int i = 0; i < TestEdge.LIMITS.calls(); i++) {
            others.add(edge.client.sendAsync(plain, HttpResponse.BodyHandlers.ofString()));
        }
        CompletableFuture.anyOf(others.toArray(CompletableFuture[]::new)).join();
        gate.countDown();
        assertEquals(200, first.join().statusCode());
        int refused = 0;
        for (var other : others) {
            if (other.join().statusCode() == 503) {
                assertProblem(503, "overloaded", other.join());
                refused++;
            } else {
                assertEquals(200, other.join().statusCode());
            }
        }
        assertEquals(1, refused);
    }

    @Test
    void shouldRefuseTwoRoutesForOnePath() {
        Route one = new Route(HttpVerb.GET, "/v1/x/{a}", Access.everyone(), RoutesTest::echo);
        Route two = new Route(HttpVerb.GET, "/v1/x/{b}", Access.everyone(), RoutesTest::echo);
        assertThrows(IllegalArgumentException.class, () -> new RouteTable(List.of(one, two)));
    }
}
