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
        MemorySegment chunk = chunk(blocks, slot);
        long at = offset(blocks, slot);
        while (true) {
            long position = chunk.get(LONG, at + POSITION);
            if (position == EMPTY || (chunk.get(LONG, at + HIGH) == high && chunk.get(LONG, at + LOW) == low)) {
                endSlot = slot;
                endChunk = chunk;
                endAt = at;
                foundPosition = position;
                foundFingerprint = chunk.get(LONG, at + FINGERPRINT);
                return position != EMPTY;
            }
            at += SLOT_BYTES;
            slot++;
            if ((slot & (SLOTS_PER_BLOCK - 1)) == 0) {
                slot = wrapped(slot, blocks.length);
                chunk = chunk(blocks, slot);
                at = offset(blocks, slot);
            }
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
                copySlot(chunk(blocks, slot), offset(blocks, slot), chunk(blocks, gap), offset(blocks, gap));
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
        for (int block : before) {
            MemorySegment chunk = memory.chunk(block);
            for (int slot = 0; slot < SLOTS_PER_BLOCK; slot++) {
                long at = SlotBlocks.offset(block) + offsetInBlock(slot);
                if (chunk.get(LONG, at + POSITION) != EMPTY) {
                    moveInto(after, chunk, at);
                }
            }
        }
        install(partition, after);
        for (int block : before) {
            memory.giveBack(block);
        }
    }

    private void moveInto(int[] blocks, MemorySegment source, long sourceAt) {
        int slot = home(source.get(LONG, sourceAt + HIGH), blocks.length);
        while (!isEmpty(blocks, slot)) {
            slot = next(slot, blocks.length);
        }
        copySlot(source, sourceAt, chunk(blocks, slot), offset(blocks, slot));
    }

    private static void copySlot(MemorySegment source, long sourceAt, MemorySegment target, long targetAt) {
        target.set(LONG, targetAt + HIGH, source.get(LONG, sourceAt + HIGH));
        target.set(LONG, targetAt + LOW, source.get(LONG, sourceAt + LOW));
        target.set(LONG, targetAt + FINGERPRINT, source.get(LONG, sourceAt + FINGERPRINT));
        target.set(LONG, targetAt + POSITION, source.get(LONG, sourceAt + POSITION));
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
        return wrapped(slot + 1, blockCount);
    }

    private static int wrapped(int slot, int blockCount) {
        return slot == blockCount << SLOTS_PER_BLOCK_BITS ? 0 : slot;
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
