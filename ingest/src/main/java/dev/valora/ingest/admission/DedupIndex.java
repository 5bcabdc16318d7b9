package dev.valora.ingest.admission;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Remembers every idempotency key whose event the journal holds: keyed 128-bit hash → fingerprint of the content and position in
 * the journal. Off-heap, about 53 bytes a key once there are millions, the same cost at any size.
 *
 * <pre>
 * slot  0 hash high i64 | 8 hash low i64 | 16 fingerprint i64 | 24 packed position i64 (0 = the slot is empty)
 * </pre>
 *
 * <p>The top bits of the hash choose one of {@value #PARTITIONS} partitions, the next 32 the slot where the search begins, which
 * is the first of a cache line; it goes on linearly. The first slot ascends with the hash, so that a partition that grows is
 * copied from one end to the other. Each partition grows alone and by half: at 100 million keys that moves 3 MB, and the writer
 * waits a few milliseconds at the most. Their sizes are spread evenly, or they would all grow in the same second.
 *
 * <p>{@link #forgetBefore} frees all keys before a position at once: a search that meets one takes it for absent, and a claim
 * takes its slot. Their memory comes back when their partition grows or is {@link #purge}d, which takes as long as its growth.
 *
 * <p>One thread at a time: the one that replays the journal, then the single writer. Only {@link #memoryAhead},
 * {@link #size} and {@link #bytes} may be called by others, and before the writer starts several {@link Loader}s may fill disjoint
 * partitions.
 */
public final class DedupIndex implements AutoCloseable {

    /** Bits at the top of the hash that choose a partition. */
    public static final int PARTITION_BITS = 10;

    /** How many partitions there are. */
    public static final int PARTITIONS = 1 << PARTITION_BITS;

    private static final int CACHE_LINE_BYTES = 64;
    private static final int SLOT_BYTES = 32;
    private static final int SLOTS_PER_LINE = CACHE_LINE_BYTES / SLOT_BYTES;
    private static final int SLOTS_PER_BLOCK_BITS = 9;
    private static final int SLOTS_PER_BLOCK = 1 << SLOTS_PER_BLOCK_BITS;
    private static final int HIGH = 0;
    private static final int LOW = 8;
    private static final int FINGERPRINT = 16;
    private static final int POSITION = 24;
    private static final long EMPTY = 0;

    /** A partition grows beyond this load, by half: its keys take from 43 to 64 bytes each, 53 over all partitions. */
    private static final int LOAD_PERMILLE = 750;

    /** Over all partitions. */
    private static final int TYPICAL_BYTES_A_KEY = 53;

    /** Of a block, so that sizes grow evenly though they are whole blocks. */
    private static final int FRACTION_BITS = 16;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private final SlotBlocks blocks = new SlotBlocks();
    private final MemorySegment memory = blocks.all();
    private final MemoryAhead ahead = blocks.ahead();
    private final int[][] blocksOf = new int[PARTITIONS][];
    private final long[] idealBlocksOf = new long[PARTITIONS];
    private final int[] sizeOf = new int[PARTITIONS];
    private final int[] growAt = new int[PARTITIONS];
    private final Search last = new Search();

    /** Slots with a lower position are as good as empty, but searches go on behind them; above {@link #EMPTY}. */
    private long firstPosition = EMPTY + 1;

    /** Where a search ended: at the key's slot, or at the empty one it may take. */
    private static final class Search {
        private int slot;
        private long at;
        private long fingerprint;
        private long position;
    }

    /**
     * Fills partitions beside other loaders that fill other ones; no partition may have two at once. One thread, and none that
     * uses the index itself meanwhile.
     */
    public final class Loader {

        private final Search search = new Search();

        private Loader() {}

        /** Makes a partition large enough for so many keys at once, those it has included. */
        public void reserve(int partition, int keys) {
            if (keys > growAt[partition]) {
                enlarge(partition, keys);
            }
        }

        /** As {@link DedupIndex#touch}. */
        public long touch(long high) {
            return DedupIndex.this.touch(high);
        }

        /** As {@link DedupIndex#claim}. */
        public boolean claim(long high, long low, long fingerprint, long position) {
            return DedupIndex.this.claim(search, high, low, fingerprint, position);
        }

        /** Packed position of the key that stood in the way of the last {@link #claim}. */
        public long foundPosition() {
            return search.position;
        }
    }

    public DedupIndex() {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            idealBlocksOf[partition] = leastIdealBlocks(partition);
            install(partition, blocks.take(1));
        }
    }

    private static long leastIdealBlocks(int partition) {
        return (1L << FRACTION_BITS) + ((long) partition << FRACTION_BITS) / (2 * PARTITIONS);
    }

    private void install(int partition, int[] table) {
        long slots = (long) table.length << SLOTS_PER_BLOCK_BITS;
        blocksOf[partition] = table;
        growAt[partition] = Math.toIntExact(slots * LOAD_PERMILLE / 1000);
    }

    /** A new loader; see there for who may use it. */
    public Loader loader() {
        return new Loader();
    }

    /** Whether the key is there; if so, {@link #foundFingerprint} and {@link #foundPosition} tell what is known of it. */
    public boolean find(long high, long low) {
        return find(last, high, low);
    }

    private boolean find(Search search, long high, long low) {
        int[] table = blocksOf[partition(high)];
        int slot = home(high, table.length);
        long at = offset(table, slot);
        while (true) {
            long position = memory.get(LONG, at + POSITION);
            if (position == EMPTY || (memory.get(LONG, at + HIGH) == high && memory.get(LONG, at + LOW) == low)) {
                search.slot = slot;
                search.at = at;
                search.position = position;
                search.fingerprint = memory.get(LONG, at + FINGERPRINT);
                return position >= firstPosition;
            }
            at += SLOT_BYTES;
            slot++;
            if ((slot & (SLOTS_PER_BLOCK - 1)) == 0) {
                slot = wrapped(slot, table.length);
                at = offset(table, slot);
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
        return claim(last, high, low, fingerprint, position);
    }

    private boolean claim(Search search, long high, long low, long fingerprint, long position) {
        if (position <= EMPTY) {
            throw new IllegalArgumentException("not a packed position: " + position);
        }
        if (find(search, high, low)) {
            return false;
        }
        long at = search.at;
        boolean isForgotten = search.position != EMPTY;
        memory.set(LONG, at + HIGH, high);
        memory.set(LONG, at + LOW, low);
        memory.set(LONG, at + FINGERPRINT, fingerprint);
        memory.set(LONG, at + POSITION, position);
        int partition = partition(high);
        if (!isForgotten && ++sizeOf[partition] > growAt[partition]) {
            enlarge(partition, sizeOf[partition]);
        }
        return true;
    }

    /** Of the key last found by {@link #find}, or that stood in the way of the last {@link #claim}. */
    public long foundFingerprint() {
        return last.fingerprint;
    }

    /** Packed position of the key last found by {@link #find}, or that stood in the way of the last {@link #claim}. */
    public long foundPosition() {
        return last.position;
    }

    /**
     * Reads the place where the search for a key will begin and the cache line behind it, so that both are in the cache when
     * the search comes. Several such reads in a row wait for memory together; searches wait one after the other.
     *
     * @return meaningless, but to be used, or the reads would be optimized away
     */
    public long touch(long high) {
        int[] table = blocksOf[partition(high)];
        long at = offset(table, home(high, table.length));
        return memory.get(LONG, at) + memory.get(LONG, at + CACHE_LINE_BYTES);
    }

    /** Gives up the claim of a key; false when there is none. */
    public boolean remove(long high, long low) {
        if (!find(high, low)) {
            return false;
        }
        int partition = partition(high);
        closeGap(blocksOf[partition], last.slot);
        sizeOf[partition]--;
        return true;
    }

    /** Empties a slot and moves those behind it forward, as far as each may go, so that no search stops too early. */
    private void closeGap(int[] table, int emptied) {
        int gap = emptied;
        for (int slot = next(gap, table.length); !isEmpty(table, slot); slot = next(slot, table.length)) {
            int home = home(memory.get(LONG, offset(table, slot) + HIGH), table.length);
            boolean homeBehindGap = gap <= slot ? gap < home && home <= slot : gap < home || home <= slot;
            if (!homeBehindGap) {
                copySlot(offset(table, slot), offset(table, gap));
                gap = slot;
            }
        }
        memory.asSlice(offset(table, gap), SLOT_BYTES).fill((byte) 0);
    }

    /** Makes a partition so large that it has room for so many keys. */
    private void enlarge(int partition, int keys) {
        long wanted = Math.max(blocksFor(keys), blocksOf[partition].length + 1);
        do {
            idealBlocksOf[partition] += idealBlocksOf[partition] / 2;
        } while (idealBlocksOf[partition] >>> FRACTION_BITS < wanted);
        rebuild(partition);
    }

    private static long blocksFor(int keys) {
        return (long) keys * 1000 / LOAD_PERMILLE / SLOTS_PER_BLOCK + 1;
    }

    /** From now on keys before a packed position are free; it does not go back. */
    public void forgetBefore(long position) {
        firstPosition = Math.max(firstPosition, position);
    }

    /**
     * Gives back what forgotten keys take of a partition's memory, which other partitions then use.
     *
     * @param partition from 0, below {@link #PARTITIONS}
     * @return how many keys there were
     */
    public int purge(int partition) {
        int before = sizeOf[partition];
        int kept = 0;
        for (int block : blocksOf[partition]) {
            kept += count(block);
        }
        if (kept < before) {
            long ideal = leastIdealBlocks(partition);
            while (ideal >>> FRACTION_BITS < blocksFor(kept)) {
                ideal += ideal / 2;
            }
            idealBlocksOf[partition] = ideal;
            rebuild(partition);
        }
        return before - kept;
    }

    private int count(int block) {
        int count = 0;
        long end = SlotBlocks.offset(block) + SlotBlocks.BLOCK_BYTES;
        for (long at = SlotBlocks.offset(block); at < end; at += SLOT_BYTES) {
            if (memory.get(LONG, at + POSITION) >= firstPosition) {
                count++;
            }
        }
        return count;
    }

    /** Copies a partition to a table of the size that is ideal for it, and leaves out what is forgotten. */
    private void rebuild(int partition) {
        int[] before = blocksOf[partition];
        int[] after = blocks.take((int) (idealBlocksOf[partition] >>> FRACTION_BITS));
        if (sizeOf[partition] > 0) {
            int moved = 0;
            for (int block : before) {
                moved += moveAll(block, after);
            }
            sizeOf[partition] = moved;
        }
        install(partition, after);
        blocks.giveBack(before);
    }

    private int moveAll(int block, int[] table) {
        int moved = 0;
        long end = SlotBlocks.offset(block) + SlotBlocks.BLOCK_BYTES;
        for (long at = SlotBlocks.offset(block); at < end; at += SLOT_BYTES) {
            if (memory.get(LONG, at + POSITION) >= firstPosition) {
                moved++;
                int slot = home(memory.get(LONG, at + HIGH), table.length);
                while (!isEmpty(table, slot)) {
                    slot = next(slot, table.length);
                }
                copySlot(at, offset(table, slot));
            }
        }
        return moved;
    }

    private void copySlot(long source, long target) {
        memory.set(LONG, target + HIGH, memory.get(LONG, source + HIGH));
        memory.set(LONG, target + LOW, memory.get(LONG, source + LOW));
        memory.set(LONG, target + FINGERPRINT, memory.get(LONG, source + FINGERPRINT));
        memory.set(LONG, target + POSITION, memory.get(LONG, source + POSITION));
    }

    private boolean isEmpty(int[] table, int slot) {
        return memory.get(LONG, offset(table, slot) + POSITION) == EMPTY;
    }

    private static long offset(int[] table, int slot) {
        return SlotBlocks.offset(table[slot >>> SLOTS_PER_BLOCK_BITS])
                + (long) (slot & (SLOTS_PER_BLOCK - 1)) * SLOT_BYTES;
    }

    /** The partition of a key, from 0 below {@link #PARTITIONS}; ascends with the hash taken as unsigned. */
    public static int partition(long high) {
        return (int) (high >>> (Long.SIZE - PARTITION_BITS));
    }

    /** The bits behind those of the partition, as a fraction of the number of cache lines. */
    private static int home(long high, int blockCount) {
        long fraction = (high << PARTITION_BITS) >>> Integer.SIZE;
        return (int) ((fraction * ((long) blockCount << SLOTS_PER_BLOCK_BITS)) >>> Integer.SIZE) & -SLOTS_PER_LINE;
    }

    private static int next(int slot, int blockCount) {
        return wrapped(slot + 1, blockCount);
    }

    private static int wrapped(int slot, int blockCount) {
        return slot == blockCount << SLOTS_PER_BLOCK_BITS ? 0 : slot;
    }

    /** To find memory before keys need it; one for all threads that do. */
    public MemoryAhead memoryAhead() {
        return ahead;
    }

    /** How many bytes the index will have, about, when it has so many keys more. */
    public long bytesWith(long moreKeys) {
        return (size() + moreKeys) * TYPICAL_BYTES_A_KEY;
    }

    /** Keys remembered, forgotten ones that were not purged among them; about so many when another thread asks. */
    public long size() {
        long size = 0;
        for (int keys : sizeOf) {
            size += keys;
        }
        return size;
    }

    /** Bytes of memory in use off the heap. */
    public long bytes() {
        return blocks.bytes();
    }

    /** Releases the memory; touching it afterwards would end the process, so nothing may be called any more. */
    @Override
    public void close() {
        blocks.close();
    }
}
