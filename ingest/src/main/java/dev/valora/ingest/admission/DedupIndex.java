package dev.valora.ingest.admission;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Remembers every idempotency key that was ever accepted: keyed 128-bit hash → fingerprint of the content and position in the
 * journal. Off-heap, 57 bytes a key at most once there are millions, the same cost at any size.
 *
 * <pre>
 * slot  0 hash high i64 | 8 hash low i64 | 16 fingerprint i64 | 24 packed position i64 (0 = the slot is empty)
 * </pre>
 *
 * <p>The top bits of the hash choose one of {@value #PARTITIONS} partitions, the next 32 the slot where the search begins; it
 * goes on linearly. The first slot ascends with the hash, so that a partition that grows is copied from one end to the other.
 * Each partition grows alone and by a third: at 100 million keys that moves 5 MB, and the writer waits a few milliseconds at
 * the most. The load at which a partition grows differs between them, or they would all grow in the same second.
 *
 * <p>One thread at a time: the one that replays the journal, then the single writer.
 */
public final class DedupIndex implements AutoCloseable {

    private static final int PARTITION_BITS = 10;
    private static final int PARTITIONS = 1 << PARTITION_BITS;

    private static final int SLOT_BYTES = 32;
    private static final int SLOTS_PER_BLOCK_BITS = 9;
    private static final int SLOTS_PER_BLOCK = 1 << SLOTS_PER_BLOCK_BITS;
    private static final int HIGH = 0;
    private static final int LOW = 8;
    private static final int FINGERPRINT = 16;
    private static final int POSITION = 24;
    private static final long EMPTY = 0;

    /** Growing by a third at loads of 0.70 to 0.80 leaves 0.53 to 0.60: from 40 to 60 bytes a key, 57 if all have just grown. */
    private static final int LOAD_PERMILLE_LEAST = 700;

    private static final int LOAD_PERMILLE_SPREAD = 100;
    private static final int GROWTH_DIVISOR = 3;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private final SlotBlocks memory = new SlotBlocks();
    private final int[][] blocksOf = new int[PARTITIONS][];
    private final int[] sizeOf = new int[PARTITIONS];
    private final int[] growAt = new int[PARTITIONS];
    private long size;

    // Where the last search ended: at the key's slot, or at the empty one it may take.
    private int endSlot;
    private MemorySegment endChunk;
    private long endAt;
    private long foundFingerprint;
    private long foundPosition;

    public DedupIndex() {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            install(partition, new int[] {memory.take()});
        }
        endChunk = memory.chunk(0);
    }

    private void install(int partition, int[] blocks) {
        long slots = (long) blocks.length << SLOTS_PER_BLOCK_BITS;
        long permille = LOAD_PERMILLE_LEAST + (long) LOAD_PERMILLE_SPREAD * partition / PARTITIONS;
        blocksOf[partition] = blocks;
        growAt[partition] = Math.toIntExact(slots * permille / 1000);
    }

    /** Whether the key is there; if so, {@link #foundFingerprint} and {@link #foundPosition} tell what is known of it. */
    public boolean find(long high, long low) {
        int[] blocks = blocksOf[partition(high)];
        int slot = home(high, blocks.length);
        while (true) {
            int block = blocks[slot >>> SLOTS_PER_BLOCK_BITS];
            MemorySegment chunk = memory.chunk(block);
            long start = SlotBlocks.offset(block);
            long end = start + SlotBlocks.BLOCK_BYTES;
            for (long at = start + offsetInBlock(slot); at < end; at += SLOT_BYTES) {
                long position = chunk.get(LONG, at + POSITION);
                boolean found = chunk.get(LONG, at + HIGH) == high && chunk.get(LONG, at + LOW) == low;
                if (position == EMPTY || found) {
                    endSlot = (slot & -SLOTS_PER_BLOCK) + (int) (at - start) / SLOT_BYTES;
                    endChunk = chunk;
                    endAt = at;
                    foundPosition = position;
                    foundFingerprint = chunk.get(LONG, at + FINGERPRINT);
                    return position != EMPTY;
                }
            }
            slot = firstOfNextBlock(slot, blocks.length);
        }
    }

    /**
     * Claims a key for the event at a packed position.
     *
     * @param position of the event, greater than 0
     * @return whether the key was free; if not, nothing changes and {@link #foundFingerprint} and {@link #foundPosition} tell
     *     who has it
     */
    public boolean claim(long high, long low, long fingerprint, long position) {
        if (position <= EMPTY) {
            throw new IllegalArgumentException("not a packed position: " + position);
        }
        if (find(high, low)) {
            return false;
        }
        endChunk.set(LONG, endAt + HIGH, high);
        endChunk.set(LONG, endAt + LOW, low);
        endChunk.set(LONG, endAt + FINGERPRINT, fingerprint);
        endChunk.set(LONG, endAt + POSITION, position);
        size++;
        int partition = partition(high);
        if (++sizeOf[partition] > growAt[partition]) {
            grow(partition);
        }
        return true;
    }

    /** Of the key last found by {@link #find}, or that stood in the way of the last {@link #claim}. */
    public long foundFingerprint() {
        return foundFingerprint;
    }

    /** Packed position of the key last found by {@link #find}, or that stood in the way of the last {@link #claim}. */
    public long foundPosition() {
        return foundPosition;
    }

    /**
     * Reads the place where the search for a key will begin, so that it is in the cache when the search comes. Several such
     * reads in a row wait for memory together; searches wait one after the other.
     *
     * @return meaningless, but to be used, or the read would be optimized away
     */
    public long touch(long high) {
        int[] blocks = blocksOf[partition(high)];
        int slot = home(high, blocks.length);
        int block = blocks[slot >>> SLOTS_PER_BLOCK_BITS];
        return memory.chunk(block).get(LONG, SlotBlocks.offset(block) + offsetInBlock(slot) + POSITION);
    }

    /** Gives up the claim of a key; false when there is none. */
    public boolean remove(long high, long low) {
        if (!find(high, low)) {
            return false;
        }
        int partition = partition(high);
        int[] blocks = blocksOf[partition];
        closeGap(blocks, endSlot);
        sizeOf[partition]--;
        size--;
        return true;
    }

    /** Empties a slot and moves those behind it forward, as far as each may go, so that no search stops too early. */
    private void closeGap(int[] blocks, int emptied) {
        int gap = emptied;
        for (int slot = next(gap, blocks.length); !isEmpty(blocks, slot); slot = next(slot, blocks.length)) {
            int home = home(chunk(blocks, slot).get(LONG, offset(blocks, slot) + HIGH), blocks.length);
            boolean homeBehindGap = gap <= slot ? gap < home && home <= slot : gap < home || home <= slot;
            if (!homeBehindGap) {
                copySlot(blocks, slot, blocks, gap);
                gap = slot;
            }
        }
        chunk(blocks, gap).asSlice(offset(blocks, gap), SLOT_BYTES).fill((byte) 0);
    }

    private void grow(int partition) {
        int[] before = blocksOf[partition];
        int[] after = new int[before.length + Math.max(1, before.length / GROWTH_DIVISOR)];
        for (int i = 0; i < after.length; i++) {
            after[i] = memory.take();
        }
        int slots = before.length << SLOTS_PER_BLOCK_BITS;
        for (int slot = 0; slot < slots; slot++) {
            if (!isEmpty(before, slot)) {
                int to = home(chunk(before, slot).get(LONG, offset(before, slot) + HIGH), after.length);
                while (!isEmpty(after, to)) {
                    to = next(to, after.length);
                }
                copySlot(before, slot, after, to);
            }
        }
        install(partition, after);
        for (int block : before) {
            memory.giveBack(block);
        }
    }

    private void copySlot(int[] fromBlocks, int from, int[] toBlocks, int to) {
        MemorySegment source = chunk(fromBlocks, from);
        MemorySegment target = chunk(toBlocks, to);
        long sourceAt = offset(fromBlocks, from);
        long targetAt = offset(toBlocks, to);
        for (int field = 0; field < SLOT_BYTES; field += Long.BYTES) {
            target.set(LONG, targetAt + field, source.get(LONG, sourceAt + field));
        }
    }

    private boolean isEmpty(int[] blocks, int slot) {
        return chunk(blocks, slot).get(LONG, offset(blocks, slot) + POSITION) == EMPTY;
    }

    private MemorySegment chunk(int[] blocks, int slot) {
        return memory.chunk(blocks[slot >>> SLOTS_PER_BLOCK_BITS]);
    }

    private static long offset(int[] blocks, int slot) {
        return SlotBlocks.offset(blocks[slot >>> SLOTS_PER_BLOCK_BITS]) + offsetInBlock(slot);
    }

    private static long offsetInBlock(int slot) {
        return (long) (slot & (SLOTS_PER_BLOCK - 1)) * SLOT_BYTES;
    }

    private static int partition(long high) {
        return (int) (high >>> (Long.SIZE - PARTITION_BITS));
    }

    /** The bits behind those of the partition, as a fraction of the number of slots. */
    private static int home(long high, int blockCount) {
        long fraction = (high << PARTITION_BITS) >>> Integer.SIZE;
        return (int) ((fraction * ((long) blockCount << SLOTS_PER_BLOCK_BITS)) >>> Integer.SIZE);
    }

    private static int next(int slot, int blockCount) {
        int next = slot + 1;
        return next == blockCount << SLOTS_PER_BLOCK_BITS ? 0 : next;
    }

    private static int firstOfNextBlock(int slot, int blockCount) {
        return next(slot | (SLOTS_PER_BLOCK - 1), blockCount);
    }

    /** Keys remembered. */
    public long size() {
        return size;
    }

    /** Bytes of memory held off the heap. */
    public long bytes() {
        return memory.bytes();
    }

    /** Releases the memory; nothing may be called afterwards. */
    @Override
    public void close() {
        memory.close();
    }
}
