package dev.valora.config.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * What came of sending the usage.
 *
 * @param accepted as the answers said
 * @param duplicates as the answers said
 * @param nanos from before the first request to after the last answer
 */
record Posting(long accepted, long duplicates, int requests, long nanos) {

    static final int BATCH_EVENTS = 1_000;

    /** Sends everything, in batches over several connections. */
    static Posting of(Workload workload, Api api, Progress progress, LongSupplier ticker)
            throws DemoException, InterruptedException {
        AtomicLong accepted = new AtomicLong();
        AtomicLong duplicates = new AtomicLong();
        int requests = Math.ceilDiv(workload.sends(), BATCH_EVENTS);
        long begunNanos = ticker.getAsLong();
        Connections.makeAll(requests, index -> {
            int from = index * BATCH_EVENTS;
            int to = Math.min(from + BATCH_EVENTS, workload.sends());
            JsonNode answer = api.post("/v1/usage", body(workload, from, to));
            accepted.addAndGet(answer.path("accepted").longValue());
            duplicates.addAndGet(answer.path("duplicates").longValue());
            progress.at((int) Math.min(accepted.get() + duplicates.get(), workload.sends()), workload.sends());
        });
        return new Posting(accepted.get(), duplicates.get(), requests, ticker.getAsLong() - begunNanos);
    }

    private static ObjectNode body(Workload workload, int from, int to) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode events = body.putArray("events");
        workload.sends(from, to).forEach(event -> events.add(event.toJson()));
        return body;
    }

    /** Both accepted events and duplicates, for each takes the same way up to the decision. */
    long eventsPerSecond() {
        return (accepted + duplicates) * TimeUnit.SECONDS.toNanos(1) / Math.max(1, nanos);
    }
}
