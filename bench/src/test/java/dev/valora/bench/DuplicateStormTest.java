package dev.valora.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.bench.books.BookedEvent;
import dev.valora.bench.books.Books;
import dev.valora.bench.books.Findings;
import dev.valora.bench.books.Inspector;
import dev.valora.bench.books.Sender;
import dev.valora.bench.client.ApiClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The same events from several sides at once, against the real distribution. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class DuplicateStormTest {

    private static final int EVENTS = 10_000;
    private static final int IN_FLIGHT = 48;
    private static final InstantSource CLOCK = InstantSource.system();

    private final long seed = Long.getLong("valora.seed", 20_261_122L);

    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldCountEachOfTenThousandEventsOnceWhenAllAreSentThreeTimesAtOnce() throws Exception {
        System.out.println("seed " + seed);
        try (TestServer test = new TestServer(directory)) {
            test.server().start();
            try (ApiClient client = test.newOrganization("storm")) {
                Books books = new Books("storm", "s", CLOCK.instant(), 10);
                List<BookedEvent> events = new ArrayList<>();
                for (int i = 0; i < EVENTS; i++) {
                    events.add(books.next());
                }
                Sender sender = new Sender(books, client, CLOCK);
                // The three copies meet in different company: singly, in hundreds, in thousands.
                sendAtOnce(sender, requests(events, 1, 100, 1_000));

                assertEquals(EVENTS, sender.accepted());
                assertEquals(2 * EVENTS, sender.duplicates());
                assertEquals(0, sender.conflicts());
                expectEachOnce(client, books, EVENTS);

                List<BookedEvent> others =
                        events.stream().map(books::conflicting).toList();
                sendAtOnce(sender, requests(others, 1, 250));

                assertEquals(2 * EVENTS, sender.conflicts());
                assertEquals(3 * EVENTS, sender.accepted() + sender.duplicates());
                expectEachOnce(client, books, 2 * EVENTS);
            }
            assertEquals(0, test.server().stop(), () -> test.server().process().lastLines());
        }
    }

    private static void expectEachOnce(ApiClient client, Books books, int entries) throws Exception {
        Findings findings = new Inspector(client, CLOCK, Duration.ofSeconds(60)).inspect(books);
        assertTrue(findings.isClean(), findings::toString);
        assertEquals(entries, findings.compared());
        assertEquals(EVENTS, findings.acknowledged());
    }

    /** All events once for each batch size, cut into requests, in random order. */
    private List<List<BookedEvent>> requests(List<BookedEvent> events, int... batchSizes) {
        Random random = new Random(seed);
        List<List<BookedEvent>> requests = new ArrayList<>();
        for (int size : batchSizes) {
            List<BookedEvent> copy = new ArrayList<>(events);
            Collections.shuffle(copy, random);
            for (int from = 0; from < copy.size(); from += size) {
                requests.add(copy.subList(from, from + size));
            }
        }
        Collections.shuffle(requests, random);
        return requests;
    }

    private static void sendAtOnce(Sender sender, List<List<BookedEvent>> requests) throws Exception {
        Semaphore free = new Semaphore(IN_FLIGHT);
        List<Future<Boolean>> answered = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (List<BookedEvent> request : requests) {
                free.acquire();
                answered.add(threads.submit(() -> {
                    try {
                        return sender.send(request);
                    } finally {
                        free.release();
                    }
                }));
            }
            for (Future<Boolean> answer : answered) {
                assertTrue(answer.get(), "a request was not answered");
            }
        }
    }
}
