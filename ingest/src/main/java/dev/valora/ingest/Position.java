package dev.valora.ingest;

/**
 * Where a record stands in the journal: the gapless sequence of its entry and its index in it. Ordered as written.
 *
 * @param sequence of the entry, from 1; below 2^43
 * @param index of the record in the entry, from 0; below 2^20
 */
public record Position(long sequence, int index) implements Comparable<Position> {

    /** Bits of a packed position that hold the index. */
    public static final int INDEX_BITS = 20;

    /** Records an entry may hold at most, so that every index fits. */
    public static final int RECORDS_PER_ENTRY_MAX = 1 << INDEX_BITS;

    private static final long SEQUENCE_MAX = (1L << 43) - 1;

    public Position {
        if (sequence < 0 || sequence > SEQUENCE_MAX || index < 0 || index >= RECORDS_PER_ENTRY_MAX) {
            throw new IllegalArgumentException("position out of range: " + sequence + "/" + index);
        }
    }

    /** Both numbers in one long that sorts like the position. At a thousand entries a second it lasts for 278 years. */
    public static long pack(long sequence, int index) {
        return (sequence << INDEX_BITS) | index;
    }

    /** Reads a packed position. */
    public static Position unpack(long packed) {
        return new Position(packed >>> INDEX_BITS, (int) (packed & (RECORDS_PER_ENTRY_MAX - 1)));
    }

    /** This position in one long. */
    public long packed() {
        return pack(sequence, index);
    }

    @Override
    public int compareTo(Position other) {
        return Long.compare(packed(), other.packed());
    }

    @Override
    public String toString() {
        return sequence + "/" + index;
    }
}
