package dev.valora.bench.books;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.bench.books.ModelWindows.Place;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The contract's {@code POST /v1/usage}, its voids and {@code GET /v1/usage} in memory, right unless a bug is planted. Some requests are
 * answered 503 and some not at all, as a real server's would be. One event loop does everything.
 */
final class ModelServer implements AutoCloseable {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private static final int UNAVAILABLE_EVERY = 17;
    private static final int SILENT_EVERY = 23;
    private static final int STRIKES_AT_EVENT = 150;
    private static final int STRIKES_AT_REQUEST = 34;

    private record Event(String key, String customer, Instant time, BigDecimal value, boolean isByType) {
        Place place() {
            return new Place(customer, time.truncatedTo(ChronoUnit.HOURS));
        }
    }

    private final @Nullable Bug bug;
    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;

    // What a crash does not take.
    private final Map<String, Event> stored = new HashMap<>();
    private final ModelWindows windows = new ModelWindows();
    private final Set<String> voided = new HashSet<>();

    // What it takes: answered, but not stored.
    private final List<Event> unstored = new ArrayList<>();

    private final Map<String, Event> claimed = new HashMap<>();
    private boolean troubled = true;
    private boolean silent;
    private boolean unavailable;
    private int requests;
    private int events;
    private boolean struck;

    ModelServer(@Nullable Bug bug) throws Exception {
        this.bug = bug;
        Future<HttpServer> listening =
                vertx.createHttpServer().requestHandler(this::serve).listen(0, "127.0.0.1");
        this.server = listening.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.actualPort());
    }

    /** Loses what a kill -9 would lose, and from now on answers every request. */
    void crash() throws Exception {
        vertx.<Void>executeBlocking(() -> null)
                .onSuccess(done -> {
                    unstored.clear();
                    claimed.clear();
                    troubled = false;
                })
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void serve(HttpServerRequest request) {
        request.body().onSuccess(sent -> {
            try {
                if (!request.method().name().equals("POST")) {
                    boolean isPeak = "books_peak".equals(request.getParam("meter"));
                    Instant from = Instant.parse(request.getParam("from"));
                    answer(request, 200, windows.read(isPeak, from, Instant.parse(request.getParam("to"))));
                } else if (begin(request)) {
                    byte[] body = plain(request, sent.getBytes());
                    boolean isVoid = "/v1/usage/voids".equals(request.path());
                    Told told = isVoid ? voided(JSON.readTree(body)) : taken(events(request, body));
                    if (unavailable) {
                        answer(request, 503, JSON.createObjectNode());
                    } else if (silent) {
                        request.connection().close();
                    } else {
                        answer(request, told.status(), told.body());
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private record Told(int status, JsonNode body) {}

    /** False when the request was ended here: answered 503, or lost. */
    private boolean begin(HttpServerRequest request) throws IOException {
        requests++;
        unavailable = troubled && requests % UNAVAILABLE_EVERY == 0;
        if (unavailable && !strikesAtRequest(Bug.COUNT_AN_UNAVAILABLE)) {
            answer(request, 503, JSON.createObjectNode());
            return false;
        }
        silent = troubled && requests % SILENT_EVERY == 0;
        if (silent && requests % 2 == 0) {
            // The request was lost, not the answer.
            request.connection().close();
            return false;
        }
        return true;
    }

    private static byte[] plain(HttpServerRequest request, byte[] body) throws IOException {
        if (!"gzip".equals(request.getHeader("Content-Encoding"))) {
            return body;
        }
        try (GZIPInputStream stream = new GZIPInputStream(new ByteArrayInputStream(body))) {
            return stream.readAllBytes();
        }
    }

    private static JsonNode events(HttpServerRequest request, byte[] body) throws IOException {
        if ("application/x-ndjson".equals(request.getHeader("Content-Type"))) {
            try (MappingIterator<JsonNode> lines =
                    JSON.readerFor(JsonNode.class).readValues(body)) {
                return JSON.createArrayNode().addAll(lines.readAll());
            }
        }
        JsonNode document = JSON.readTree(body);
        return document.path("events").isArray() ? document.required("events") : document;
    }

    private Told taken(JsonNode body) {
        ObjectNode told = fates(body.isArray() ? body : JSON.createArrayNode().add(body));
        boolean failures = !told.required("failures").isEmpty();
        boolean taken =
                told.required("accepted").asInt() + told.required("duplicates").asInt() > 0;
        return new Told(failures ? taken ? 207 : body.isArray() ? 422 : 409 : 200, told);
    }

    private Told voided(JsonNode body) {
        Event event = stored.get(body.required("idempotency_key").textValue());
        if (event == null) {
            return new Told(404, JSON.createObjectNode());
        }
        if (voided.add(event.key()) && !strikes(Bug.DROP_A_VOID)) {
            Event taken = strikes(Bug.VOID_ANOTHER) ? another(event) : event;
            windows.take(taken.place(), taken.value());
            if (taken.isByType() && !strikes(Bug.KEEP_A_MAXIMUM)) {
                windows.takePeak(taken.place(), taken.value());
            }
            if (strikes(Bug.VOID_TWICE)) {
                windows.take(event.place(), event.value());
            }
            if (strikes(Bug.FORGET_A_VOIDED_KEY)) {
                stored.remove(event.key());
            }
        }
        return new Told(200, JSON.createObjectNode());
    }

    /** An event of the same window that is not voided; the same one if there is no other. */
    private Event another(Event event) {
        return stored.values().stream()
                .filter(other -> other.place().equals(event.place()) && !voided.contains(other.key()))
                .findFirst()
                .orElse(event);
    }

    private ObjectNode fates(JsonNode body) {
        int accepted = 0;
        int duplicates = 0;
        ArrayNode failures = JSON.createArrayNode();
        windows.beginFlush();
        for (int i = 0; i < body.size(); i++) {
            Event event = event(body.get(i));
            Event known = stored.getOrDefault(event.key(), claimed.get(event.key()));
            if (known == null) {
                accepted++;
                accept(event);
            } else if (isDuplicate(event, known)) {
                duplicates++;
            } else {
                conflict(event);
                failures.addObject().put("index", i).put("fate", "conflict");
            }
        }
        flush();
        ObjectNode told = JSON.createObjectNode().put("accepted", accepted).put("duplicates", duplicates);
        told.put("conflicts", failures.size()).put("rejected", 0).set("failures", failures);
        return told;
    }

    private boolean isDuplicate(Event event, Event known) {
        if (event.equals(known)) {
            return !strikes(Bug.REFUSE_A_DUPLICATE);
        }
        if (strikes(Bug.ACCEPT_A_CONFLICT)) {
            accept(event);
            return true;
        }
        return strikes(Bug.ACKNOWLEDGE_A_CONFLICT);
    }

    private void conflict(Event event) {
        if (strikes(Bug.COUNT_A_CONFLICT)) {
            windows.count(event.place(), event.value());
        }
    }

    private static Event event(JsonNode node) {
        return new Event(
                node.required("idempotency_key").textValue(),
                node.required("customer").textValue(),
                Instant.parse(node.required("timestamp").textValue()),
                new BigDecimal(node.required("value").textValue()),
                node.has("type"));
    }

    private void accept(Event event) {
        events++;
        if (strikes(Bug.ACKNOWLEDGE_BEFORE_STORE)) {
            unstored.add(event);
            claimed.put(event.key(), event);
            return;
        }
        boolean dropped = strikes(Bug.DROP_ONE) || strikes(Bug.CLAIM_BEFORE_STORE);
        if (!strikes(Bug.FORGET_A_KEY)) {
            stored.put(event.key(), event);
        }
        if (!dropped) {
            count(place(event), event);
        }
        if (strikes(Bug.DOUBLE_ONE)) {
            windows.count(event.place(), event.value());
        }
        if (strikes(Bug.INVENT_ONE)) {
            windows.count(new Place("nobody", event.place().window()), BigDecimal.ONE);
        }
    }

    private Place place(Event event) {
        Place place = event.place();
        if (strikes(Bug.WRONG_WINDOW)) {
            return new Place(place.customer(), place.window().plus(1, ChronoUnit.HOURS));
        }
        if (strikes(Bug.WRONG_CUSTOMER)) {
            return new Place(place.customer() + "0", place.window());
        }
        return place;
    }

    private void count(Place place, Event event) {
        windows.count(place, event.value());
        if (event.isByType() && !strikes(Bug.MISS_A_MAXIMUM)) {
            windows.countPeak(place, event.value());
        }
        if (bug == Bug.ROUND_TO_DOUBLE) {
            windows.roundToDouble(place);
        }
        if (windows.events(place) > 1 && strikes(Bug.MISCOUNT_EVENTS)) {
            windows.forgetOneEvent(place);
        }
    }

    private void flush() {
        if (strikes(Bug.DROP_ONE_FLUSH)) {
            windows.dropFlush();
        } else if (strikes(Bug.DOUBLE_ONE_FLUSH)) {
            windows.doubleFlush();
        }
    }

    private boolean strikes(Bug candidate) {
        boolean wantsSilence = candidate == Bug.CLAIM_BEFORE_STORE;
        if (bug != candidate || struck || events < STRIKES_AT_EVENT || silent != wantsSilence) {
            return false;
        }
        struck = true;
        return true;
    }

    private boolean strikesAtRequest(Bug candidate) {
        if (bug != candidate || struck || requests < STRIKES_AT_REQUEST) {
            return false;
        }
        struck = true;
        return true;
    }

    /** Whether the planted bug has struck. */
    boolean hasStruck() {
        return struck || bug == Bug.ROUND_TO_DOUBLE;
    }

    private static void answer(HttpServerRequest request, int status, JsonNode body) throws IOException {
        request.response().setStatusCode(status).end(Buffer.buffer(JSON.writeValueAsBytes(body)));
    }
}
