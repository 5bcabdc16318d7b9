package dev.valora.ingest.intake;

import dev.valora.ingest.Agent;
import dev.valora.ingest.admission.MemoryAhead;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps memory at hand for keys to come, so that the writer never waits for the system to find some: a page that was never used
 * can take milliseconds of a core. Ends before the index is closed.
 *
 * <p>There are two. One looks far ahead and gives way to every other thread, so that nobody waits for a core because of it. Where
 * no core is ever idle it hardly gets any time; then the other one finds what is needed next.
 */
public final class IndexMemoryLoop implements Agent {

    private final MemoryAhead memory;
    private final Reach reach;

    /** How far ahead memory is found. */
    public enum Reach {
        /** What is needed next, whatever else there is to do. */
        NEAR,
        /** More, while nobody else wants the core. */
        FAR
    }

    public IndexMemoryLoop(MemoryAhead memory, Reach reach) {
        this.memory = memory;
        this.reach = reach;
    }

    @Override
    public String roleName() {
        return reach == Reach.NEAR ? "index-memory" : "index-memory-ahead";
    }

    @Override
    public boolean givesWay() {
        return reach == Reach.FAR && memory.mayGiveWay();
    }

    @Override
    public int doWork() {
        return (reach == Reach.NEAR ? memory.findNear() : memory.findFar()) ? 1 : 0;
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
