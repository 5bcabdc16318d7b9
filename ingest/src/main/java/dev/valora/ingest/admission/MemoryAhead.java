package dev.valora.ingest.admission;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Has the system find memory of the index before it is needed: a page of 2 MiB that was never used may take milliseconds. For threads
 * beside those that use the index, until it is closed.
 */
public final class MemoryAhead {

    /** Memory to have found whatever else there is to do. */
    private static final long NEAR_BYTES = 16L << 20;

    /** Memory to have found whenever a core has nothing else to do; more than a million keys. */
    private static final long FAR_BYTES = 64L << 20;

    private final IndexMemory memory;
    private final LongSupplier bytesInUse;

    /** Of the thread that calls {@link #findNear}. */
    private long foundNear;

    /** Of the thread that calls {@link #findFar}. */
    private long foundFar;

    /** @param bytesInUse may be asked by any thread, and keeps none waiting */
    MemoryAhead(IndexMemory memory, LongSupplier bytesInUse) {
        this.memory = memory;
        this.bytesInUse = bytesInUse;
    }

    /** Has the page found that is needed next; whether there was anything to do. One thread. */
    public boolean findNear() {
        memory.makeUsable(bytesInUse.getAsLong() + FAR_BYTES);
        long page = pageFrom(foundNear);
        if (page >= bytesInUse.getAsLong() + NEAR_BYTES || !memory.findPage(page)) {
            return false;
        }
        foundNear = page + IndexMemory.PAGE_BYTES;
        return true;
    }

    /**
     * As {@link #findNear}, further ahead. One thread, which may be one that gets hardly any time: nobody waits for it, and what
     * it has not found is found once more.
     */
    public boolean findFar() {
        long page = pageFrom(foundFar);
        if (page >= bytesInUse.getAsLong() + FAR_BYTES || !memory.findPage(page)) {
            return false;
        }
        foundFar = page + IndexMemory.PAGE_BYTES;
        return true;
    }

    /** Whether {@link #findFar} keeps nobody waiting: where the system counts memory before it is touched, it may. */
    public boolean mayGiveWay() {
        return memory.isUsableAtOnce();
    }

    /**
     * Has all pages found before the first key is claimed: what a killed process had, the host of a virtual machine takes back
     * within seconds, and then a page costs ten times as much. Several threads, which do not use the index yet.
     *
     * @param bytes that the index will have in all
     * @param share what part is for the calling thread, from 0
     * @param shares how many threads there are
     * @param over whether to stop before all are found
     */
    public void findShare(long bytes, int share, int shares, BooleanSupplier over) {
        memory.makeUsable(bytes);
        for (long page = pageFrom(0); page < bytes && !over.getAsBoolean(); page += IndexMemory.PAGE_BYTES) {
            if (page / IndexMemory.PAGE_BYTES % shares == share) {
                memory.findPage(page);
            }
        }
    }

    /** The first page that is not in use yet and not below {@code found}. */
    private long pageFrom(long found) {
        return Math.max(found, (bytesInUse.getAsLong() + IndexMemory.PAGE_BYTES - 1) & -IndexMemory.PAGE_BYTES);
    }
}
