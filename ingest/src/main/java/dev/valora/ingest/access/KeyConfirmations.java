package dev.valora.ingest.access;

import dev.valora.ingest.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks PostgreSQL whether keys still live, many in one question and one question at a time. The queue holds a key at most
 * once, so it is bounded by the keys that are known. Any thread; the questions run on the background's.
 */
final class KeyConfirmations {

    static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** A question that is out for this long counts as failed: PostgreSQL is there but does not answer. */
    static final long UNANSWERED_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final Logger LOG = LoggerFactory.getLogger(KeyConfirmations.class);
    private static final int KEYS_A_QUESTION = 500;
    private static final long NOT_ASKING = Long.MIN_VALUE;

    private final ApiKeyStore keys;
    private final Ticker ticker;
    private final Executor background;
    private final Consumer<KnownKey> onRevoked;
    private final Queue<KnownKey> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicLong askedNanos = new AtomicLong(NOT_ASKING);
    private volatile long failedNanos;
    private volatile boolean failing;

    KeyConfirmations(ApiKeyStore keys, Ticker ticker, Executor background, Consumer<KnownKey> onRevoked) {
        this.keys = keys;
        this.ticker = ticker;
        this.background = background;
        this.onRevoked = onRevoked;
    }

    /** Wants a key confirmed soon; false when PostgreSQL is away, so that waiting for it is of no use. Never blocks. */
    boolean want(KnownKey key) {
        if (key.beginConfirmation()) {
            waiting.add(key);
        }
        startAsking();
        return !failing && !isUnanswered();
    }

    /** Whether PostgreSQL could not be asked the last time, or owes an answer for too long. */
    boolean areFailing() {
        return failing || isUnanswered();
    }

    void succeeded() {
        if (failing) {
            failing = false;
            LOG.info("keys can be looked up again");
        }
    }

    void failed(RuntimeException failure) {
        failedNanos = ticker.nanos();
        if (!failing) {
            failing = true;
            LOG.warn("keys cannot be looked up; known ones may write usage for an hour", failure);
        }
    }

    private boolean isUnanswered() {
        long asked = askedNanos.get();
        return asked != NOT_ASKING && ticker.nanos() - asked > UNANSWERED_NANOS;
    }

    private void startAsking() {
        if (failing && ticker.nanos() - failedNanos < RETRY_NANOS) {
            return;
        }
        if (askedNanos.get() == NOT_ASKING && askedNanos.compareAndSet(NOT_ASKING, ticker.nanos())) {
            background.execute(this::askForAll);
        }
    }

    private void askForAll() {
        try {
            do {
                askForSome();
            } while (!waiting.isEmpty() && !failing);
        } catch (RuntimeException failure) {
            failed(failure);
        } finally {
            askedNanos.set(NOT_ASKING);
        }
        if (!waiting.isEmpty() && !failing) {
            startAsking();
        }
    }

    private void askForSome() {
        List<KnownKey> batch = new ArrayList<>();
        for (KnownKey key = waiting.poll(); key != null; key = waiting.poll()) {
            batch.add(key);
            if (batch.size() == KEYS_A_QUESTION) {
                break;
            }
        }
        long asked = ticker.nanos();
        askedNanos.set(asked);
        try {
            Set<UUID> live = keys.live(batch.stream().map(KnownKey::id).toList());
            succeeded();
            for (KnownKey key : batch) {
                if (live.contains(key.id())) {
                    key.confirm(asked);
                } else {
                    onRevoked.accept(key);
                }
            }
        } finally {
            batch.forEach(KnownKey::endConfirmation);
        }
    }
}
