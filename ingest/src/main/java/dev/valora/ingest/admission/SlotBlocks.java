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

    private final IndexMemory memory = new IndexMemory();

    /** Written under the lock; read without it by threads that must not hold it, see {@link MemoryAhead}. */
    private volatile int fresh;

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

    /** To find memory before blocks in it are taken. */
    MemoryAhead ahead() {
        return new MemoryAhead(memory, this::bytes);
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
