package dev.valora.ingest.admission;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Off-heap memory in blocks of one size, so that tables which grow and shrink in turn never leave holes that fit nobody.
 * Memory is asked for in chunks of many blocks and kept until {@link #close}. One thread at a time.
 */
final class SlotBlocks implements AutoCloseable {

    /** Bytes of a block: small, since every partition holds at least one. */
    static final int BLOCK_BYTES = 16 << 10;

    /** Asking for a chunk means touching its 2 MiB, a page fault every 4 KiB: about a millisecond. */
    private static final int BLOCKS_PER_CHUNK_BITS = 7;

    private static final int BLOCKS_PER_CHUNK = 1 << BLOCKS_PER_CHUNK_BITS;
    private static final long CHUNK_BYTES = (long) BLOCK_BYTES << BLOCKS_PER_CHUNK_BITS;
    private static final int CACHE_LINE_BYTES = 64;

    // Shared, because the index is filled by the thread that starts the server and then handed to the writer.
    private final Arena arena = Arena.ofShared();
    private MemorySegment[] chunks = new MemorySegment[0];
    private int fresh;
    private int[] free = new int[64];
    private int freeCount;

    /** A block filled with zeros. */
    int take() {
        if (freeCount > 0) {
            int block = free[--freeCount];
            chunk(block).asSlice(offset(block), BLOCK_BYTES).fill((byte) 0);
            return block;
        }
        if (fresh == chunks.length << BLOCKS_PER_CHUNK_BITS) {
            MemorySegment chunk = arena.allocate(CHUNK_BYTES, CACHE_LINE_BYTES);
            chunks = Arrays.copyOf(chunks, chunks.length + 1);
            chunks[chunks.length - 1] = chunk;
        }
        return fresh++;
    }

    /** Takes a block back; its content is gone. */
    void giveBack(int block) {
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, free.length * 2);
        }
        free[freeCount++] = block;
    }

    /** The memory in which a block lies. */
    MemorySegment chunk(int block) {
        return chunks[block >>> BLOCKS_PER_CHUNK_BITS];
    }

    /** Where in {@link #chunk} the block begins, in bytes. */
    static long offset(int block) {
        return (long) (block & (BLOCKS_PER_CHUNK - 1)) * BLOCK_BYTES;
    }

    /** Bytes of memory held, those of free blocks among them. */
    long bytes() {
        return chunks.length * CHUNK_BYTES;
    }

    @Override
    public void close() {
        arena.close();
    }
}
