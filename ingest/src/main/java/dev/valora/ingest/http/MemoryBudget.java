package dev.valora.ingest.http;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that all event loops of a server may hold together, so that their number does not multiply the memory. Any thread. */
final class MemoryBudget {

    private final long budgetBytes;
    private final AtomicLong takenBytes = new AtomicLong();

    MemoryBudget(long budgetBytes) {
        this.budgetBytes = budgetBytes;
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
