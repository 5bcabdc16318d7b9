package dev.valora.config.management;

import dev.valora.ingest.Ticker;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Finds that something has stopped moving although it is behind: the alarm for an aggregator that follows the journal no
 * more. Asked by one thread, the management event loop.
 */
public final class Progressing implements Supplier<Optional<String>> {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final LongSupplier done;
    private final LongSupplier wanted;
    private final Ticker ticker;
    private boolean behind;
    private long lastDone;
    private long movedNanos;

    /**
     * Watches two counts that only grow.
     *
     * @param done how far it is
     * @param wanted how far it should get
     */
    public Progressing(LongSupplier done, LongSupplier wanted, Ticker ticker) {
        this.done = done;
        this.wanted = wanted;
        this.ticker = ticker;
    }

    @Override
    public Optional<String> get() {
        long now = ticker.nanos();
        long current = done.getAsLong();
        if (current >= wanted.getAsLong()) {
            behind = false;
            return Optional.empty();
        }
        if (!behind || current != lastDone) {
            // It counts from when it was first seen behind: before that it may have stood still for want of work.
            behind = true;
            lastDone = current;
            movedNanos = now;
            return Optional.empty();
        }
        long stillNanos = now - movedNanos;
        return stillNanos < PATIENCE_NANOS
                ? Optional.empty()
                : Optional.of("It is behind and has not moved for " + TimeUnit.NANOSECONDS.toSeconds(stillNanos)
                        + " seconds: at " + current + " of " + wanted.getAsLong() + ".");
    }
}
