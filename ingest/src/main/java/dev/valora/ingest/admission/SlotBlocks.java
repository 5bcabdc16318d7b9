package dev.valora.ingest.admission;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Off-heap memory in blocks of one size, so that tables which grow and shrink in turn never leave holes that fit nobody.
 * Memory is kept until {@link #close}. Blocks may be taken and given back by several threads.
 */
final class SlotBlocks implements AutoCloseable {

    /** Bytes of a block: small, since every partition holds at least one. */
    static final int BLOCK_BYTES = 1 << SlotBlocks.BLOCK_BITS;

    private static final int BLOCK_BITS = 14;

    /** The first block of a page is nobody's, so that the page can be found by writing to it; less than 1 % of the memory. */
    private static final int BLOCKS_PER_PAGE = IndexMemory.PAGE_BYTES / BLOCK_BYTES;

    /** Memory to have found whatever else there is to do. */
    private static final long NEAR_BYTES = 16L << 20;

    /** Memory to have found whenever a core has nothing else to do; more than a million keys. */
    private static final long FAR_BYTES = 64L << 20;

    private final IndexMemory memory = new IndexMemory();

    /** Written under the lock; read without it by threads that must not hold it, see {@link #findFar}. */
    private volatile int fresh;

    /** Of the thread that calls {@link #findNear}. */
    private long foundNear;

    /** Of the thread that calls {@link #findFar}. */
    private long foundFar;

    private int[] free = new int[64];
    private int freeCount;

    /** The memory in which all blocks lie. That of one more block than were taken may be read. */
    MemorySegment all() {
        return memory.all();
    }

    /** So many blocks, filled with zeros. */
    synchronized int[] take(int count) {
        int[] blocks = new int[count];
        int next = fresh;
        for (int i = 0; i < count; i++) {
            if (freeCount > 0) {
                blocks[i] = free[--freeCount];
                all().asSlice(offset(blocks[i]), BLOCK_BYTES).fill((byte) 0);
            } else {
                next += next % BLOCKS_PER_PAGE == 0 ? 1 : 0;
                blocks[i] = next++;
            }
        }
        fresh = next;
        memory.require(offset(next + 1));
        return blocks;
    }

    /** Takes blocks back; their content is gone. */
    synchronized void giveBack(int[] blocks) {
        if (freeCount + blocks.length > free.length) {
            free = Arrays.copyOf(free, Math.max(free.length * 2, freeCount + blocks.length));
        }
        System.arraycopy(blocks, 0, free, freeCount, blocks.length);
        freeCount += blocks.length;
    }

    /** Has the memory found that is needed next, a page at a time; whether there was anything to do. One thread. */
    boolean findNear() {
        memory.makeUsable(bytes() + FAR_BYTES);
        long page = pageFrom(foundNear);
        if (page >= bytes() + NEAR_BYTES || !memory.findPage(page)) {
            return false;
        }
        foundNear = page + IndexMemory.PAGE_BYTES;
        return true;
    }

    /**
     * As {@link #findNear}, further ahead. One thread, which may be one that gets hardly any time: nobody waits for it, and what
     * it has not found is found once more.
     */
    boolean findFar() {
        long page = pageFrom(foundFar);
        if (page >= bytes() + FAR_BYTES || !memory.findPage(page)) {
            return false;
        }
        foundFar = page + IndexMemory.PAGE_BYTES;
        return true;
    }

    /**
     * Has the memory found up to so many bytes in all, by several threads that do not use it yet.
     *
     * @param share which pages are for the calling thread, from 0
     * @param shares how many threads there are
     */
    void findShare(long end, int share, int shares) {
        memory.makeUsable(end);
        for (long page = pageFrom(0); page < end; page += IndexMemory.PAGE_BYTES) {
            if (page / IndexMemory.PAGE_BYTES % shares == share) {
                memory.findPage(page);
            }
        }
    }

    /** The first page that is not in use yet and not below {@code found}. */
    private long pageFrom(long found) {
        return Math.max(found, (bytes() + IndexMemory.PAGE_BYTES - 1) & -IndexMemory.PAGE_BYTES);
    }

    /** Whether {@link #findFar} keeps nobody waiting who takes blocks, see {@link IndexMemory#isUsableAtOnce}. */
    boolean isUsableAtOnce() {
        return memory.isUsableAtOnce();
    }

    /** Where the block begins, in bytes. */
    static long offset(int block) {
        return (long) block << BLOCK_BITS;
    }

    /** Bytes of memory in use, those of free blocks among them. */
    long bytes() {
        return offset(fresh);
    }

    @Override
    public void close() {
        memory.close();
    }
}
