package dev.valora.ingest.http;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one event loop: at most so many in flight, and a bounded part of them kept for reuse, so that a few large
 * requests do not hold memory for ever. One event loop.
 */
final class UsagePool {

    /** By all loops. */
    private static final long KEPT_BYTES = 64 << 20;

    private final EdgeLoop loop;
    private final int maxInFlight;
    private final long keptBytesMax;
    private final ArrayDeque<UsageExchange> kept = new ArrayDeque<>();
    private long keptBytes;
    private int inFlight;

    UsagePool(EdgeLoop loop, int maxInFlight, MemoryBudget budget) {
        this.loop = loop;
        this.maxInFlight = maxInFlight;
        this.keptBytesMax = budget.shareOf(KEPT_BYTES);
    }

    /** A batch to fill; null when too many are in flight. */
    @Nullable
    UsageExchange take() {
        if (inFlight == maxInFlight) {
            return null;
        }
        inFlight++;
        UsageExchange exchange = kept.pollLast();
        if (exchange == null) {
            return new UsageExchange(loop);
        }
        keptBytes -= exchange.retainedBytes();
        return exchange;
    }

    /** Takes a batch back. */
    void giveBack(UsageExchange exchange) {
        inFlight--;
        long bytes = exchange.retainedBytes();
        if (keptBytes + bytes <= keptBytesMax) {
            keptBytes += bytes;
            kept.addLast(exchange);
        }
    }

    /** Batches that were taken and not given back. */
    int inFlight() {
        return inFlight;
    }
}
