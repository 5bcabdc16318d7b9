package dev.valora.bench.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Calls one server with one key. Any thread; each call blocks until the answer has arrived or the time limit is over. A call
 * is never repeated here, so that an {@link IOException} means: nobody knows.
 */
public final class ApiClient implements AutoCloseable {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private static final int PAGE_ROWS = 500;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final URI address;
    private final String key;
    private final Duration answerTimeout;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();

    /**
     * @param address scheme, host and port
     * @param key sent as the bearer token
     * @param answerTimeout for each call
     */
    public ApiClient(URI address, String key, Duration answerTimeout) {
        this.address = address;
        this.key = key;
        this.answerTimeout = answerTimeout;
    }

    /** Creates an organization in UTC and USD with the operator's key; returns its first API key's secret. */
    public String createOrganization(String name) throws IOException, InterruptedException {
        return createOrganization(Map.of("name", name, "currency", "USD", "timezone", "UTC"));
    }

    /** Creates an organization with the operator's key; returns its first API key's secret. */
    public String createOrganization(Map<String, Object> organization) throws IOException, InterruptedException {
        return post("/v1/organizations", organization)
                .expect(201)
                .required("api_key")
                .required("secret")
                .textValue();
    }

    /** Creates a meter whose event type is its code. */
    public void createMeter(String code, String aggregation) throws IOException, InterruptedException {
        createMeter(code, aggregation, code);
    }

    /** Creates a meter that events of a type feed. */
    public void createMeter(String code, String aggregation, String eventType)
            throws IOException, InterruptedException {
        post("/v1/meters", Map.of("code", code, "aggregation", aggregation, "event_type", eventType))
                .expect(201);
    }

    /** Sends a body of JSON events, as it is. */
    public Answer postUsage(byte[] body) throws IOException, InterruptedException {
        return send(request("/v1/usage")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body))
                .build());
    }

    /** Sends a body of events. */
    public Answer postUsage(UsageBody body) throws IOException, InterruptedException {
        HttpRequest.Builder request = request("/v1/usage").header("Content-Type", body.contentType());
        if (body.isGzip()) {
            request.header("Content-Encoding", "gzip");
        }
        return send(request.POST(body.publisher()).build());
    }

    /** Asks for the void of an event. */
    public Answer voidEvent(String idempotencyKey, String reason) throws IOException, InterruptedException {
        return post("/v1/usage/voids", Map.of("idempotency_key", idempotencyKey, "reason", reason));
    }

    /**
     * Reads one meter's windows of all customers, page by page.
     *
     * @param from inclusive, a boundary of such windows
     * @param to exclusive, a boundary of such windows
     * @param window their size: {@code total}, {@code hour}, {@code day} or {@code month}
     */
    public UsageReading usage(String meter, Instant from, Instant to, String window)
            throws IOException, InterruptedException {
        String query = "/v1/usage?meter=" + meter + "&from=" + from + "&to=" + to + "&window=" + window + "&limit="
                + PAGE_ROWS;
        List<UsageWindow> windows = new ArrayList<>();
        JsonNode page = get(query);
        // What every page shows is true from the first page's watermark on.
        Instant appliedThrough = Instant.parse(page.required("applied_through").textValue());
        addRows(page, windows);
        while (page.path("next_cursor").isTextual()) {
            page = get(query + "&cursor=" + page.required("next_cursor").textValue());
            addRows(page, windows);
        }
        return new UsageReading(windows, appliedThrough);
    }

    private static void addRows(JsonNode page, List<UsageWindow> windows) {
        for (JsonNode row : page.required("data")) {
            windows.add(new UsageWindow(
                    row.required("customer").textValue(),
                    Instant.parse(row.required("window_start").textValue()),
                    new BigDecimal(row.required("value").textValue()),
                    row.required("events").longValue()));
        }
    }

    /** Reads one resource or one page. */
    public JsonNode get(String pathAndQuery) throws IOException, InterruptedException {
        return send(request(pathAndQuery).GET().build()).expect(200);
    }

    /** Asks for one resource, whether or not it can be read. */
    public Answer ask(String pathAndQuery) throws IOException, InterruptedException {
        return send(request(pathAndQuery).GET().build());
    }

    /** Reads the text of one resource, as it was sent. */
    public String text(String pathAndQuery) throws IOException, InterruptedException {
        var response = http.send(request(pathAndQuery).GET().build(), BodyHandlers.ofString(UTF_8));
        if (response.statusCode() != 200) {
            throw new IllegalStateException("answered " + response.statusCode() + ": " + response.body());
        }
        return response.body();
    }

    /** Reads a whole list, page by page, with as many rows a page as the server gives. */
    public List<JsonNode> list(String pathAndQuery) throws IOException, InterruptedException {
        String query = pathAndQuery + (pathAndQuery.contains("?") ? "&" : "?") + "limit=" + PAGE_ROWS;
        List<JsonNode> rows = new ArrayList<>();
        JsonNode page = get(query);
        page.required("data").forEach(rows::add);
        while (page.path("next_cursor").isTextual()) {
            page = get(query + "&cursor=" + page.required("next_cursor").textValue());
            page.required("data").forEach(rows::add);
        }
        return rows;
    }

    /** Writes a value as JSON bytes. */
    public static byte[] json(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (IOException e) {
            throw new IllegalArgumentException("not to be written as JSON: " + value, e);
        }
    }

    /** Sends a value as JSON. */
    public Answer post(String path, Object body) throws IOException, InterruptedException {
        return send("POST", path, body);
    }

    /** Sends a value as JSON, with any method. */
    public Answer send(String method, String path, Object body) throws IOException, InterruptedException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofByteArray(json(body)))
                .build());
    }

    /** Sends a value as JSON; the same key and value again are answered as before, and do nothing more. */
    public Answer post(String path, Object body, String idempotencyKey) throws IOException, InterruptedException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", idempotencyKey)
                .POST(BodyPublishers.ofByteArray(json(body)))
                .build());
    }

    private HttpRequest.Builder request(String pathAndQuery) {
        return HttpRequest.newBuilder(address.resolve(pathAndQuery))
                .timeout(answerTimeout)
                .header("Authorization", "Bearer " + key);
    }

    private Answer send(HttpRequest request) throws IOException, InterruptedException {
        var response = http.send(request, BodyHandlers.ofByteArray());
        return new Answer(response.statusCode(), JSON.readTree(response.body()));
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
