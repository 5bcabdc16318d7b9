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

    /** Memory to have found before it is asked for; half a million keys are claimed in the meantime. */
    private static final long AHEAD_BYTES = 32L << 20;

    private final IndexMemory memory = new IndexMemory();
    private int fresh;
    private int[] free = new int[64];
    private int freeCount;

    /** The memory in which all blocks lie. That of one more block than were taken may be read. */
    MemorySegment all() {
        return memory.all();
    }

    /** So many blocks, filled with zeros. */
    synchronized int[] take(int count) {
        int[] blocks = new int[count];
        for (int i = 0; i < count; i++) {
            if (freeCount > 0) {
                blocks[i] = free[--freeCount];
                all().asSlice(offset(blocks[i]), BLOCK_BYTES).fill((byte) 0);
            } else {
                blocks[i] = fresh++;
            }
        }
        memory.require(offset(fresh + 1));
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

    /** Has memory found ahead, a step at a time, see {@link IndexMemory#prepare}. */
    boolean prepare() {
        return memory.prepare(bytes() + AHEAD_BYTES);
    }

    /** Where the block begins, in bytes. */
    static long offset(int block) {
        return (long) block << BLOCK_BITS;
    }

    /** Bytes of memory in use, those of free blocks among them. */
    synchronized long bytes() {
        return offset(fresh);
    }

    @Override
    public void close() {
        memory.close();
    }
}
