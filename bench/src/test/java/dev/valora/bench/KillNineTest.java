package dev.valora.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.bench.books.BookedLoad;
import dev.valora.bench.books.Books;
import dev.valora.bench.books.Findings;
import dev.valora.bench.books.Inspector;
import dev.valora.bench.books.Sender;
import dev.valora.bench.client.ApiClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real distribution under load, killed ten times at moments that a seed picks. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class KillNineTest {

    private static final int ROUNDS = 10;
    private static final int SENDERS = 48;
    private static final int NEEDED_IN_FLIGHT = 32;
    private static final int REQUESTS_AT_LEAST = 300;
    private static final int REQUESTS_SPREAD = 2_500;
    private static final InstantSource CLOCK = InstantSource.system();

    private final long seed = Long.getLong("valora.seed", 20_261_122L);
    private final Random random = new Random(seed);

    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldCountEveryAcknowledgedEventOnceAcrossTenKills() throws Exception {
        System.out.println("seed " + seed + "; again with -Dtest=KillNineTest -Dvalora.seed=" + seed);
        try (TestServer test = new TestServer(directory)) {
            test.server().start();
            try (ApiClient client = test.newOrganization("books")) {
                Books books = new Books("books", "k" + seed, CLOCK.instant(), 20);
                Sender sender = new Sender(books, client, CLOCK);
                BookedLoad load = new BookedLoad(books, sender, random.nextLong());
                Inspector inspector = new Inspector(client, CLOCK, Duration.ofSeconds(60));
                for (int round = 1; round <= ROUNDS; round++) {
                    int inFlight = killUnderLoad(test, load, sender);
                    long killedNanos = System.nanoTime();
                    test.server().start();
                    long readyMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killedNanos);
                    Findings afterKill = expectClean(round, inspector.inspect(books));
                    load.resend(round == ROUNDS ? 100 : 10);
                    assertEquals(List.of(), books.unsettled(), "round " + round);
                    Findings afterRetry = expectClean(round, inspector.inspect(books));
                    assertEquals(0, afterRetry.unknownPresent());
                    System.out.println("round " + round + ": in flight " + inFlight + ", ready again after "
                            + readyMillis + " ms; " + afterKill);
                }
            }
            assertEquals(0, test.server().stop(), () -> test.server().process().lastLines());
            assertFalse(test.server().hasDatabaseRunning(), "the embedded PostgreSQL outlived its server");
        }
    }

    /** Returns how many requests were in flight when the server was killed. */
    private int killUnderLoad(TestServer test, BookedLoad load, Sender sender) throws Exception {
        int killAt = REQUESTS_AT_LEAST + random.nextInt(REQUESTS_SPREAD);
        AtomicInteger begun = new AtomicInteger();
        CountDownLatch moment = new CountDownLatch(1);
        CountDownLatch killed = new CountDownLatch(1);
        try (ExecutorService loading = Executors.newSingleThreadExecutor()) {
            Future<?> sending = loading.submit(() -> {
                load.send(SENDERS, Integer.MAX_VALUE, () -> {
                    if (begun.incrementAndGet() == killAt) {
                        moment.countDown();
                    }
                    return killed.getCount() == 0;
                });
                return null;
            });
            assertTrue(moment.await(60, TimeUnit.SECONDS), () -> "only " + begun + " requests were sent");
            int inFlight = sender.inFlight();
            test.server().kill();
            killed.countDown();
            sending.get(60, TimeUnit.SECONDS);
            assertTrue(inFlight >= NEEDED_IN_FLIGHT, () -> "only " + inFlight + " requests were in flight");
            return inFlight;
        }
    }

    private Findings expectClean(int round, Findings findings) {
        assertTrue(findings.isClean(), () -> "seed " + seed + ", round " + round + ": " + findings);
        return findings;
    }
}
