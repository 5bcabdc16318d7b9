package dev.valora.ingest.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What all event loops of a server may hold together, so that their number does not multiply the memory: what is lent is taken
 * from one budget, and of what is kept for reuse each has its share. Any thread.
 */
final class MemoryBudget {

    private final long budgetBytes;
    private final int loops;
    private final AtomicLong takenBytes = new AtomicLong();

    MemoryBudget(long budgetBytes, int loops) {
        this.budgetBytes = budgetBytes;
        this.loops = loops;
    }

    /** One loop's part of what all may keep. */
    long shareOf(long keptBytes) {
        return keptBytes / loops;
    }

    /** Takes all of the bytes or none. For an instant, those who ask for too much are in the way of those who do not. */
    boolean tryTake(int bytes) {
        if (takenBytes.addAndGet(bytes) <= budgetBytes) {
            return true;
        }
        takenBytes.addAndGet(-bytes);
        return false;
    }

    void giveBack(int bytes) {
        takenBytes.addAndGet(-bytes);
    }

    long takenBytes() {
        return takenBytes.get();
    }
}
