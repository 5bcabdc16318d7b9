package dev.valora.bench.crash;

import dev.valora.bench.server.ValoraServer;
import dev.valora.bench.server.Verifying;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The real distribution on one data directory, killed in one round after the other at moments that a seed picks. One thread.
 */
public final class CrashRun implements MortalServer<CrashRound> {

    /** Fewer requests in flight at a death show less. */
    public static final int IN_FLIGHT_AT_LEAST = 32;

    private static final int SENDERS = 48;
    private static final int REQUESTS_AT_LEAST = 300;
    private static final int REQUESTS_SPREAD = 2_500;
    private static final int START_KILL_EVERY = 4;
    private static final int START_KILLS_MAX = 3;
    private static final int START_MILLIS_MAX = 2_500;
    private static final Duration MOMENT_AT_MOST = Duration.ofMinutes(2);
    private static final long LOOK_AGAIN_NANOS = 100_000;

    private final Path data;
    private final ValoraServer server;
    private final BookedServer books;
    private final Random random;

    private CrashRun(Path data, ValoraServer server, BookedServer books, Random random) {
        this.data = data;
        this.server = server;
        this.books = books;
        this.random = random;
    }

    /**
     * Starts a server.
     *
     * @param data its data directory, which stays
     * @param seed of all choices
     * @param clock the wall time that the server sees too
     */
    public static CrashRun start(Path data, long seed, InstantSource clock) throws IOException, InterruptedException {
        Random random = new Random(seed);
        ValoraServer server = new ValoraServer(data, Map.of("VALORA_OPERATOR_KEY", BookedServer.OPERATOR_KEY));
        try {
            server.start();
            return new CrashRun(data, server, BookedServer.open(server, 0, random.nextLong(), clock), random);
        } catch (IOException | RuntimeException | InterruptedException e) {
            server.close();
            throw e;
        }
    }

    @Override
    public CrashRound die(boolean isLast) throws IOException, InterruptedException {
        int killAt = REQUESTS_AT_LEAST + random.nextInt(REQUESTS_SPREAD);
        int inFlight = books.loadUntil(SENDERS, begun -> await(begun, killAt), server::kill);
        int startKills = killInTheStart();
        return new CrashRound(startKills, books.account(server, inFlight, isLast));
    }

    private static void await(AtomicInteger requestsBegun, int count) {
        long giveUpNanos = System.nanoTime() + MOMENT_AT_MOST.toNanos();
        while (requestsBegun.get() < count) {
            if (System.nanoTime() > giveUpNanos) {
                throw new IllegalStateException(
                        "only " + requestsBegun + " of " + count + " requests were begun within " + MOMENT_AT_MOST);
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    private int killInTheStart() throws InterruptedException {
        int kills = random.nextInt(START_KILL_EVERY) == 0 ? 1 + random.nextInt(START_KILLS_MAX) : 0;
        for (int i = 0; i < kills; i++) {
            server.startAndKill(Duration.ofMillis(random.nextInt(START_MILLIS_MAX)));
        }
        return kills;
    }

    /** Its database must not outlive it, and its journal and key files must be whole, which is printed. */
    @Override
    public void stop() throws InterruptedException {
        int status = server.stop();
        if (status != 0 || server.hasDatabaseRunning()) {
            throw new IllegalStateException("it ended with status " + status
                    + (server.hasDatabaseRunning() ? " and its PostgreSQL runs" : "") + ":\n"
                    + server.process().lastLines());
        }
        Verifying.journal(data, Map.of());
    }

    @Override
    public void close() {
        books.close();
        server.close();
    }
}
