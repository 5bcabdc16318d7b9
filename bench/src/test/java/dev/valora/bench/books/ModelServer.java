package dev.valora.bench.books;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The contract's {@code POST /v1/usage} and {@code GET /v1/usage} in memory, right unless a bug is planted. Some requests are
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

    private record Event(String key, String customer, Instant time, BigDecimal value) {
        Place place() {
            return new Place(customer, time.truncatedTo(ChronoUnit.HOURS));
        }
    }

    private record Place(String customer, Instant window) {}

    private record Sum(BigDecimal value, long events) {
        Sum plus(BigDecimal more) {
            return new Sum(value.add(more), events + 1);
        }
    }

    private static final Sum NOTHING = new Sum(BigDecimal.ZERO, 0);

    private final @Nullable Bug bug;
    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;

    // What a crash does not take.
    private final Map<String, Event> stored = new HashMap<>();
    private final Map<Place, Sum> windows = new HashMap<>();

    // What it takes: answered, but not stored.
    private final List<Event> unstored = new ArrayList<>();

    private final Map<String, Event> claimed = new HashMap<>();
    private boolean troubled = true;
    private boolean silent;
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
        request.body().onSuccess(body -> {
            try {
                if (request.method().name().equals("POST")) {
                    post(request, JSON.readTree(body.getBytes()));
                } else {
                    answer(request, 200, read(request));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private void post(HttpServerRequest request, JsonNode body) throws IOException {
        requests++;
        boolean unavailable = troubled && requests % UNAVAILABLE_EVERY == 0;
        if (unavailable && !strikesAtRequest(Bug.COUNT_AN_UNAVAILABLE)) {
            answer(request, 503, JSON.createObjectNode());
            return;
        }
        silent = troubled && requests % SILENT_EVERY == 0;
        if (silent && requests % 2 == 0) {
            // The request was lost, not the answer.
            request.connection().close();
            return;
        }
        ObjectNode told = fates(body.isArray() ? body : JSON.createArrayNode().add(body));
        if (unavailable) {
            answer(request, 503, JSON.createObjectNode());
        } else if (silent) {
            request.connection().close();
        } else {
            boolean failures = !told.required("failures").isEmpty();
            boolean taken = told.required("accepted").asInt()
                            + told.required("duplicates").asInt()
                    > 0;
            answer(request, failures ? taken ? 207 : body.isArray() ? 422 : 409 : 200, told);
        }
    }

    private ObjectNode fates(JsonNode body) {
        int accepted = 0;
        int duplicates = 0;
        ArrayNode failures = JSON.createArrayNode();
        Map<Place, Sum> before = new HashMap<>(windows);
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
        flush(before);
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
            count(event.place(), event.value());
        }
    }

    private static Event event(JsonNode node) {
        return new Event(
                node.required("idempotency_key").textValue(),
                node.required("customer").textValue(),
                Instant.parse(node.required("timestamp").textValue()),
                new BigDecimal(node.required("value").textValue()));
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
            count(place(event), event.value());
        }
        if (strikes(Bug.DOUBLE_ONE)) {
            count(event.place(), event.value());
        }
        if (strikes(Bug.INVENT_ONE)) {
            count(new Place("nobody", event.place().window()), BigDecimal.ONE);
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

    private void count(Place place, BigDecimal value) {
        Sum sum = windows.getOrDefault(place, NOTHING).plus(value);
        if (bug == Bug.ROUND_TO_DOUBLE) {
            sum = new Sum(BigDecimal.valueOf(sum.value().doubleValue()), sum.events());
        }
        if (sum.events() > 1 && strikes(Bug.MISCOUNT_EVENTS)) {
            sum = new Sum(sum.value(), sum.events() - 1);
        }
        windows.put(place, sum);
    }

    private void flush(Map<Place, Sum> before) {
        if (strikes(Bug.DROP_ONE_FLUSH)) {
            windows.clear();
            windows.putAll(before);
        } else if (strikes(Bug.DOUBLE_ONE_FLUSH)) {
            windows.replaceAll((place, sum) -> {
                Sum old = before.getOrDefault(place, NOTHING);
                BigDecimal more = sum.value().subtract(old.value());
                return new Sum(sum.value().add(more), sum.events() * 2 - old.events());
            });
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

    private ObjectNode read(HttpServerRequest request) {
        Instant from = Instant.parse(request.getParam("from"));
        Instant to = Instant.parse(request.getParam("to"));
        ObjectNode body = JSON.createObjectNode();
        ArrayNode data = body.putArray("data");
        new TreeMap<>(bySortKey()).forEach((sortKey, place) -> {
            if (!place.window().isBefore(from) && place.window().isBefore(to)) {
                Sum sum = windows.getOrDefault(place, NOTHING);
                data.addObject()
                        .put("customer", place.customer())
                        .put("window_start", place.window().toString())
                        .put("value", sum.value().toPlainString())
                        .put("events", sum.events());
            }
        });
        return body.put("applied_through", Instant.MAX.minus(1, ChronoUnit.DAYS).toString());
    }

    private Map<String, Place> bySortKey() {
        Map<String, Place> sorted = new HashMap<>();
        windows.keySet().forEach(place -> sorted.put(place.customer() + "/" + place.window(), place));
        return sorted;
    }

    private static void answer(HttpServerRequest request, int status, JsonNode body) throws IOException {
        request.response().setStatusCode(status).end(Buffer.buffer(JSON.writeValueAsBytes(body)));
    }
}
