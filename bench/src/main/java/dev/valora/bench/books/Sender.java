package dev.valora.bench.books;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.bench.client.Answer;
import dev.valora.bench.client.ApiClient;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Sends entries of the books and writes down what came of it. Any thread. */
public final class Sender {

    private final Books books;
    private final ApiClient client;
    private final InstantSource clock;

    /** @param clock for the send times in the books */
    public Sender(Books books, ApiClient client, InstantSource clock) {
        this.books = books;
        this.client = client;
        this.clock = clock;
    }

    /**
     * Sends entries in one request: one as an object, more as an array.
     *
     * @return whether there was an answer
     */
    public boolean send(List<BookedEvent> events) throws InterruptedException {
        List<Map<String, String>> bodies = new ArrayList<>();
        long nowMicros = clock.instant().toEpochMilli() * 1_000;
        for (BookedEvent event : events) {
            event.sent(nowMicros);
            bodies.add(event.fields(books.meter()));
        }
        try {
            Answer answer = client.postUsage(ApiClient.json(bodies.size() == 1 ? bodies.getFirst() : bodies));
            List<Outcome> outcomes = outcomes(answer, events.size());
            for (int i = 0; i < events.size(); i++) {
                events.get(i).answered(outcomes.get(i));
            }
            return true;
        } catch (IOException e) {
            events.forEach(event -> event.answered(Outcome.UNKNOWN));
            return false;
        }
    }

    private static List<Outcome> outcomes(Answer answer, int events) {
        return switch (answer.status()) {
            case 200 -> Collections.nCopies(events, adds(answer, events) ? Outcome.ACKNOWLEDGED : Outcome.UNKNOWN);
            case 207 -> outcomesOfPart(answer, events);
            case 429, 503, 507 -> Collections.nCopies(events, Outcome.UNAVAILABLE);
            default ->
                Collections.nCopies(
                        events, answer.status() >= 400 && answer.status() < 500 ? Outcome.REFUSED : Outcome.UNKNOWN);
        };
    }

    private static boolean adds(Answer answer, int events) {
        return answer.body().path("accepted").asLong(0)
                        + answer.body().path("duplicates").asLong(0)
                == events;
    }

    private static List<Outcome> outcomesOfPart(Answer answer, int events) {
        List<Outcome> outcomes = new ArrayList<>(Collections.nCopies(events, Outcome.ACKNOWLEDGED));
        for (JsonNode failure : answer.body().path("failures")) {
            outcomes.set(failure.path("index").asInt(), Outcome.REFUSED);
        }
        return outcomes;
    }
}
