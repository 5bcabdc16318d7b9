package dev.valora.bench.crash;

import dev.valora.bench.books.BookedLoad;
import dev.valora.bench.books.Books;
import dev.valora.bench.books.BooksPlan;
import dev.valora.bench.books.Findings;
import dev.valora.bench.books.Inspector;
import dev.valora.bench.books.Sender;
import dev.valora.bench.client.ApiClient;
import dev.valora.bench.server.ValoraServer;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** One organization of a server, what it was sent, and the means to compare. One thread drives it. */
final class BookedServer implements AutoCloseable {

    /** The operator's key of every server that is made here. */
    static final String OPERATOR_KEY = "operator-key-of-the-crash-harness";

    private static final String METER = "books";
    private static final int CUSTOMERS = 20;
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration APPLY_TIMEOUT = Duration.ofMinutes(2);
    private static final long END_SECONDS = 120;
    private static final int RESENT_PERCENT = 10;
    private static final int ALL_PERCENT = 100;

    private final ApiClient client;
    private final Books books;
    private final Sender sender;
    private final BookedLoad load;
    private final Inspector inspector;

    private BookedServer(ApiClient client, Books books, long seed, InstantSource clock) {
        this.client = client;
        this.books = books;
        this.sender = new Sender(books, client, clock);
        this.load = new BookedLoad(books, sender, seed);
        this.inspector = new Inspector(client, clock, APPLY_TIMEOUT);
    }

    /**
     * Opens books at a running server: a new organization with a sum, and a maximum of the same events.
     *
     * @param ballast properties of a thousand characters that every event carries
     */
    static BookedServer open(ValoraServer server, int ballast, long seed, InstantSource clock)
            throws IOException, InterruptedException {
        BooksPlan plan = new BooksPlan(METER, METER + "_peak", CUSTOMERS, ballast);
        try (ApiClient operator = new ApiClient(server.address(), OPERATOR_KEY, CALL_TIMEOUT)) {
            String key = operator.createOrganization("crash");
            ApiClient client = new ApiClient(server.address(), key, CALL_TIMEOUT);
            client.createMeter(METER, "sum");
            client.createMeter(METER + "_peak", "max", METER);
            Books books = new Books(plan, "c" + Long.toHexString(seed), clock.instant());
            return new BookedServer(client, books, seed, clock);
        }
    }

    /** What ends a server in the middle of load. */
    interface Death {
        void strike() throws IOException, InterruptedException;
    }

    /** When it ends. */
    interface Moment {

        /** Returns when the moment has come; requests are being sent meanwhile, and counted as they are begun. */
        void await(AtomicInteger requestsBegun) throws IOException, InterruptedException;
    }

    /**
     * Sends until the server died, and returns how many requests were in flight then.
     *
     * @param senders requests at once
     */
    int loadUntil(int senders, Moment moment, Death death) throws IOException, InterruptedException {
        AtomicInteger begun = new AtomicInteger();
        CountDownLatch dead = new CountDownLatch(1);
        try (ExecutorService loading = Executors.newSingleThreadExecutor()) {
            Future<?> sending = loading.submit(() -> {
                load.send(senders, Integer.MAX_VALUE, () -> {
                    begun.incrementAndGet();
                    return dead.getCount() == 0;
                });
                return null;
            });
            int inFlight;
            try {
                moment.await(begun);
                inFlight = sender.inFlight();
                death.strike();
            } finally {
                dead.countDown();
            }
            sending.get(END_SECONDS, TimeUnit.SECONDS);
            return inFlight;
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the load broke: " + e, e);
        }
    }

    /**
     * Starts the server that died, and compares: with what was sent, and once all of it is acknowledged.
     *
     * @param inFlight requests without an answer at its death
     * @param isLast whether everything is sent again, and not only what is not settled and a tenth of the rest
     */
    Account account(ValoraServer server, int inFlight, boolean isLast) throws IOException, InterruptedException {
        long startedNanos = System.nanoTime();
        server.start();
        long readyMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
        Findings afterDeath = inspect();
        resend(isLast ? ALL_PERCENT : RESENT_PERCENT);
        return new Account(inFlight, readyMillis, afterDeath, inspect(), unsettled());
    }

    /** Sends again what is not settled, and a share of what was acknowledged. */
    void resend(int acknowledgedPercent) throws InterruptedException {
        load.resend(acknowledgedPercent);
    }

    /** Entries that are neither acknowledged nor refused. */
    int unsettled() {
        return books.unsettled().size();
    }

    /** Compares, once everything was applied; nothing may be in flight. */
    Findings inspect() throws IOException, InterruptedException {
        return inspector.inspect(books);
    }

    @Override
    public void close() {
        client.close();
    }
}
