package dev.valora.bench.invoices;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.bench.client.Answer;
import dev.valora.bench.client.ApiClient;
import dev.valora.bench.client.InFlight;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/**
 * An organization on a server with a manual clock: what it sells and to whom, what was used, what was billed, and the clock
 * that the operator turns. Any thread.
 */
public final class Seller implements AutoCloseable {

    private static final int CALLS_AT_ONCE = 8;
    private static final int EVENTS_A_REQUEST = 1_000;
    private static final Duration CALL_TIMEOUT = Duration.ofMinutes(2);

    private final String operatorKey;
    private final String key;
    private final ApiClient operator;
    private final ApiClient own;

    private Seller(URI address, String operatorKey, String key) {
        this.operatorKey = operatorKey;
        this.key = key;
        this.operator = new ApiClient(address, operatorKey, CALL_TIMEOUT);
        this.own = new ApiClient(address, key, CALL_TIMEOUT);
    }

    /** Creates an organization. */
    public static Seller create(URI address, String operatorKey, Map<String, Object> organization)
            throws IOException, InterruptedException {
        try (ApiClient operator = new ApiClient(address, operatorKey, CALL_TIMEOUT)) {
            return new Seller(address, operatorKey, operator.createOrganization(organization));
        }
    }

    /** The same organization on another server, which has a copy of the data. */
    public Seller on(URI address) {
        return new Seller(address, operatorKey, key);
    }

    /** Calls with the organization's own key. */
    public ApiClient api() {
        return own;
    }

    /** Creates something that the organization has. */
    public JsonNode create(String path, Map<String, ?> body) throws IOException, InterruptedException {
        return own.post(path, body).expect(201);
    }

    /** Creates customers that are named after their keys, and subscribes each of them to a plan; a few at a time. */
    public void subscribe(List<String> customers, Map<String, ?> subscription) throws InterruptedException {
        List<Callable<?>> calls = new ArrayList<>();
        for (String customer : customers) {
            calls.add(() -> {
                create("/v1/customers", Map.of("key", customer, "name", "Customer " + customer));
                Map<String, Object> whole = new TreeMap<>(subscription);
                whole.put("customer", customer);
                return create("/v1/subscriptions", whole);
            });
        }
        InFlight.all(CALLS_AT_ONCE, calls);
    }

    /** Posts events in one request, whatever becomes of them. */
    public Answer post(List<Used> events) throws IOException, InterruptedException {
        return own.postUsage(ApiClient.json(
                Map.of("events", events.stream().map(Used::toJson).toList())));
    }

    /** Posts many events; each of them must be accepted or known. Returns how many were known. */
    public int postAll(List<Used> events) throws IOException, InterruptedException {
        int duplicates = 0;
        for (int from = 0; from < events.size(); from += EVENTS_A_REQUEST) {
            JsonNode fates = post(events.subList(from, Math.min(events.size(), from + EVENTS_A_REQUEST)))
                    .expect(200);
            duplicates += fates.required("duplicates").intValue();
        }
        return duplicates;
    }

    /** What the clock shows. */
    public Instant now() throws IOException, InterruptedException {
        return Instant.parse(operator.get("/v1/clock").required("now").textValue());
    }

    /**
     * Turns the clock; everything due by then is done when this returns.
     *
     * @throws IllegalStateException when the server refuses, or a subscription was set aside
     */
    public void turnClockTo(Instant now) throws IOException, InterruptedException {
        JsonNode turned =
                operator.send("PUT", "/v1/clock", Map.of("now", now.toString())).expect(200);
        if (!turned.required("set_aside").isEmpty()) {
            throw new IllegalStateException("set aside: " + turned);
        }
    }

    /** All invoices in the order of their numbers. */
    public List<JsonNode> invoices() throws IOException, InterruptedException {
        return own.list("/v1/invoices");
    }

    @Override
    public void close() {
        operator.close();
        own.close();
    }
}
