package dev.valora.config.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.valora.config.ExitCode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The server as a client sees it, with one key. A call blocks until its answer is there; an answer of 503 is waited out as it
 * says, for it means that nothing was done. Any thread.
 */
final class Api {

    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(110);
    private static final int ATTEMPTS = 10;
    private static final int PAGE_ROWS = 100;
    private static final int UNAVAILABLE = 503;

    private final HttpClient http;
    private final URI address;
    private final String key;

    private Api(HttpClient http, URI address, String key) {
        this.http = http;
        this.address = address;
        this.key = key;
    }

    /** @param address scheme, host and port */
    Api(URI address, String key) {
        this(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(), address, key);
    }

    /** The same server with another key. */
    Api with(String otherKey) {
        return new Api(http, address, otherKey);
    }

    /** Creates something. */
    JsonNode create(String path, JsonNode body) throws DemoException, InterruptedException {
        return send("POST", path, bytes(body), 201);
    }

    /** Has something done. */
    JsonNode post(String path, JsonNode body) throws DemoException, InterruptedException {
        return send("POST", path, bytes(body), 200);
    }

    JsonNode put(String path, JsonNode body) throws DemoException, InterruptedException {
        return send("PUT", path, bytes(body), 200);
    }

    /** All rows of a list, page by page. */
    List<JsonNode> list(String path) throws DemoException, InterruptedException {
        List<JsonNode> rows = new ArrayList<>();
        String query = path + "?limit=" + PAGE_ROWS;
        JsonNode page = send("GET", query, new byte[0], 200);
        page.path("data").forEach(rows::add);
        while (page.path("next_cursor").isTextual()) {
            page = send("GET", query + "&cursor=" + page.path("next_cursor").textValue(), new byte[0], 200);
            page.path("data").forEach(rows::add);
        }
        return rows;
    }

    /** The bytes of a page for people. */
    byte[] html(String path) throws DemoException, InterruptedException {
        HttpResponse<byte[]> response =
                sendUntilTaken(request(path).header("Accept", "text/html").GET().build());
        if (response.statusCode() != 200) {
            throw refused("GET " + path, response);
        }
        return response.body();
    }

    private JsonNode send(String method, String path, byte[] body, int expected)
            throws DemoException, InterruptedException {
        HttpRequest.Builder request = request(path);
        if (body.length > 0) {
            request.header("Content-Type", "application/json");
        }
        HttpResponse<byte[]> response = sendUntilTaken(
                request.method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
                        .build());
        if (response.statusCode() != expected) {
            throw refused(method + " " + path, response);
        }
        return json(method + " " + path, response);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(address.resolve(path))
                .timeout(ANSWER_TIMEOUT)
                .header("Authorization", "Bearer " + key);
    }

    private HttpResponse<byte[]> sendUntilTaken(HttpRequest request) throws DemoException, InterruptedException {
        try {
            for (int attempt = 1; ; attempt++) {
                HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
                if (response.statusCode() != UNAVAILABLE || attempt == ATTEMPTS) {
                    return response;
                }
                TimeUnit.SECONDS.sleep(
                        response.headers().firstValueAsLong("Retry-After").orElse(1));
            }
        } catch (IOException lost) {
            throw new DemoException(
                    ExitCode.UNEXPECTED,
                    "The server did not answer " + request.method() + " "
                            + request.uri().getPath() + " (" + lost + ").",
                    lost);
        }
    }

    private static JsonNode json(String call, HttpResponse<byte[]> response) throws DemoException {
        try {
            return JSON.readTree(response.body());
        } catch (IOException unreadable) {
            throw new DemoException(ExitCode.UNEXPECTED, "The answer to " + call + " is not JSON.", unreadable);
        }
    }

    private static DemoException refused(String call, HttpResponse<byte[]> response) throws DemoException {
        JsonNode problem = json(call, response);
        StringBuilder detail = new StringBuilder(problem.path("detail").asText());
        for (JsonNode field : problem.path("errors")) {
            detail.append(' ').append(field.path("pointer").asText());
            detail.append(": ").append(field.path("detail").asText());
        }
        return new DemoException(
                ExitCode.UNEXPECTED, call + " was answered with " + response.statusCode() + ": " + detail);
    }

    private static byte[] bytes(JsonNode body) {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a tree could not be written", impossible);
        }
    }
}
