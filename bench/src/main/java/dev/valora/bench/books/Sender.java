package dev.valora.bench.books;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.bench.client.Answer;
import dev.valora.bench.client.ApiClient;
import dev.valora.bench.client.UsageBody;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Sends entries of the books and writes down what came of it; adds up the fates the answers tell. Any thread. */
public final class Sender {

    private final Books books;
    private final ApiClient client;
    private final InstantSource clock;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong duplicates = new AtomicLong();
    private final AtomicLong conflicts = new AtomicLong();

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
        return send(events, UsageBody.Form.PLAIN, false);
    }

    /**
     * Sends entries in one request.
     *
     * @param gzip whether the body is compressed
     * @return whether there was an answer
     */
    public boolean send(List<BookedEvent> events, UsageBody.Form form, boolean gzip) throws InterruptedException {
        List<Map<String, Object>> bodies = new ArrayList<>();
        long nowMicros = clock.instant().toEpochMilli() * 1_000;
        for (BookedEvent event : events) {
            event.sent(nowMicros);
            bodies.add(event.fields(books.plan()));
        }
        inFlight.incrementAndGet();
        try {
            Answer answer = client.postUsage(UsageBody.of(bodies, form, gzip));
            addUp(answer);
            List<Outcome> outcomes = outcomes(answer, events.size());
            for (int i = 0; i < events.size(); i++) {
                events.get(i).answered(outcomes.get(i));
            }
            return true;
        } catch (IOException e) {
            events.forEach(event -> event.answered(Outcome.UNKNOWN));
            return false;
        } finally {
            inFlight.decrementAndGet();
        }
    }

    /**
     * Voids an entry that was acknowledged.
     *
     * @return whether there was an answer
     */
    public boolean sendVoid(BookedEvent event) throws InterruptedException {
        event.voidSent();
        inFlight.incrementAndGet();
        try {
            Answer answer = client.voidEvent(event.key(), "taken back by the books");
            event.voidAnswered(answer.status() == 200 ? Outcome.ACKNOWLEDGED : outcomeOfAll(answer));
            return true;
        } catch (IOException e) {
            event.voidAnswered(Outcome.UNKNOWN);
            return false;
        } finally {
            inFlight.decrementAndGet();
        }
    }

    /** Requests that wait for their answers now. */
    public int inFlight() {
        return inFlight.get();
    }

    /** Events that were answered as accepted. */
    public long accepted() {
        return accepted.get();
    }

    /** Events that were answered as duplicates. */
    public long duplicates() {
        return duplicates.get();
    }

    /** Events that were answered as conflicts. */
    public long conflicts() {
        return conflicts.get();
    }

    private void addUp(Answer answer) {
        accepted.addAndGet(answer.body().path("accepted").asLong(0));
        duplicates.addAndGet(answer.body().path("duplicates").asLong(0));
        if (answer.status() == 409) {
            conflicts.incrementAndGet();
        } else {
            for (JsonNode failure : answer.body().path("failures")) {
                conflicts.addAndGet(failure.path("fate").asText().equals("conflict") ? 1 : 0);
            }
        }
    }

    private static List<Outcome> outcomes(Answer answer, int events) {
        return switch (answer.status()) {
            case 200 -> Collections.nCopies(events, adds(answer, events) ? Outcome.ACKNOWLEDGED : Outcome.UNKNOWN);
            case 207 -> outcomesOfPart(answer, events);
            default -> Collections.nCopies(events, outcomeOfAll(answer));
        };
    }

    /** What a status says of everything in the request, where it does not acknowledge. */
    private static Outcome outcomeOfAll(Answer answer) {
        return switch (answer.status()) {
            case 429, 503, 507 -> Outcome.UNAVAILABLE;
            default -> answer.status() >= 400 && answer.status() < 500 ? Outcome.REFUSED : Outcome.UNKNOWN;
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
