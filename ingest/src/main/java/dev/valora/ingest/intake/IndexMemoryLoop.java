package dev.valora.ingest.intake;

import dev.valora.ingest.Agent;
import dev.valora.ingest.admission.DedupIndex;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps memory at hand for keys to come, so that the writer never waits for the system to find some: a page that was never used
 * can take milliseconds. Ends before the index is closed.
 */
public final class IndexMemoryLoop implements Agent {

    private final DedupIndex index;

    public IndexMemoryLoop(DedupIndex index) {
        this.index = index;
    }

    @Override
    public String roleName() {
        return "index-memory";
    }

    @Override
    public int doWork() {
        return index.prepare() ? 1 : 0;
    }

    @Override
    public void idle(long maxNanos) {
        LockSupport.parkNanos(this, maxNanos);
    }

    @Override
    public void close() {
        // The memory belongs to the index.
    }
}
