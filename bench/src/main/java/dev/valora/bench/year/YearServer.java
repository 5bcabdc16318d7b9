package dev.valora.bench.year;

import dev.valora.bench.client.Answer;
import dev.valora.bench.client.ApiClient;
import dev.valora.bench.server.ValoraServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The real server with a clock that is turned, killed now and then while it is called. A call that got no answer is made again,
 * with the same idempotency key, once the server is back. Calls: any thread; everything else: the one that drives.
 */
final class YearServer implements AutoCloseable {

    static final String OPERATOR_KEY = "operator-key-of-the-simulated-year";

    private static final Duration CALL_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration GIVE_UP_AFTER = Duration.ofMinutes(3);
    private static final long AGAIN_MILLIS = 20;
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;
    private static final int CONFLICT = 409;

    private final ValoraServer server;
    private final ApiClient operator;
    private @Nullable Thread killer;
    private int kills;

    private YearServer(ValoraServer server) {
        this.server = server;
        this.operator = client(OPERATOR_KEY);
    }

    /** Starts one on a new data directory. */
    static YearServer start(Path data, Instant clockStart) throws InterruptedException {
        ValoraServer server = new ValoraServer(
                data,
                Map.of(
                        "VALORA_OPERATOR_KEY",
                        OPERATOR_KEY,
                        "VALORA_CLOCK",
                        "manual",
                        "VALORA_CLOCK_START",
                        clockStart.toString(),
                        "VALORA_RATE_LIMITS",
                        "off"));
        try {
            server.start();
            return new YearServer(server);
        } catch (RuntimeException | InterruptedException e) {
            server.close();
            throw e;
        }
    }

    ApiClient client(String key) {
        return new ApiClient(server.address(), key, CALL_TIMEOUT);
    }

    ApiClient operator() {
        return operator;
    }

    /** How often it was killed. */
    int kills() {
        return kills;
    }

    /** Kills it after a while, whatever it does then. */
    void strikeIn(long delayMicros) {
        kills++;
        killer = Thread.ofVirtual().start(() -> {
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(delayMicros));
            kill();
        });
    }

    private synchronized void kill() {
        try {
            server.kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void revive() throws InterruptedException {
        if (!server.process().isAlive()) {
            server.start();
        }
    }

    /** Returns when it was killed, if that was asked for, and runs again. */
    void settle() throws InterruptedException {
        Thread running = killer;
        if (running != null) {
            running.join();
            killer = null;
            revive();
        }
    }

    /** Calls until there is an answer. */
    <T> T ask(Callable<T> call) throws InterruptedException {
        long giveUpNanos = System.nanoTime() + GIVE_UP_AFTER.toNanos();
        while (true) {
            try {
                return call.call();
            } catch (IOException e) {
                if (System.nanoTime() > giveUpNanos) {
                    throw new IllegalStateException("no answer within " + GIVE_UP_AFTER, e);
                }
                TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
                revive();
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e.getMessage(), e);
            }
        }
    }

    /** Posts until there is an answer other than that it is busy, always with the same key. */
    Answer post(ApiClient client, String path, Object body, String key) throws InterruptedException {
        long giveUpNanos = System.nanoTime() + GIVE_UP_AFTER.toNanos();
        while (true) {
            Answer answer = ask(() -> client.post(path, body, key));
            if (answer.status() != UNAVAILABLE) {
                return answer;
            }
            if (System.nanoTime() > giveUpNanos) {
                throw new IllegalStateException("busy for " + GIVE_UP_AFTER + ": " + path + " " + answer);
            }
            TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
        }
    }

    /**
     * Whether a request was cut off in the middle: the server has its key and no answer for it. Whoever asked looks whether it
     * was done, and asks with another key if it was not.
     */
    static boolean isCutOff(Answer answer) {
        return answer.status() == CONFLICT && code(answer).equals("idempotency_key_in_progress");
    }

    /** The stable word of a refusal. */
    static String code(Answer answer) {
        return answer.body().path("code").asText();
    }

    /** Turns the clock; everything due by then is done when this returns. */
    void turnTo(Instant now) throws InterruptedException {
        Answer turned = ask(() -> operator.send("PUT", "/v1/clock", Map.of("now", now.toString())));
        if (!turned.expect(OK).required("set_aside").isEmpty()) {
            throw new IllegalStateException("set aside: " + turned.body());
        }
    }

    /**
     * Stops it as an operator would.
     *
     * @throws IllegalStateException when it does not end well
     */
    void stop() throws InterruptedException {
        int status = server.stop();
        if (status != 0) {
            throw new IllegalStateException(
                    "it ended with status " + status + ":\n" + server.process().lastLines());
        }
    }

    @Override
    public void close() {
        operator.close();
        server.close();
    }
}
