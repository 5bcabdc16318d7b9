package dev.valora.ingest.keys;

import dev.valora.ingest.admission.DedupIndex;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Keys in the order in which they come, made into a run: grouped by the partition of the index that they belong to, so that
 * one partition after the other can be read from all runs there are.
 *
 * <pre>
 * run   0 for each of 1,024 partitions: keys u32 | crc32c u32 of them | 8192 crc32c u32 over [0, 8192) | 8196 zero u32
 *    8200 the keys, 32 bytes each, partition after partition
 *
 * key   0 hash high i64 | 8 hash low i64 | 16 fingerprint i64 | 24 packed position i64
 * </pre>
 *
 * <p>Off-heap, at most 33 MiB. One thread.
 */
final class KeyRun {

    /** Bytes of a key. */
    static final int KEY_BYTES = 32;

    /** Offset of the checksum of the table. */
    static final int TABLE_CRC = DedupIndex.PARTITIONS * Long.BYTES;

    /** Bytes before the first key. */
    static final int TABLE_BYTES = TABLE_CRC + Long.BYTES;

    static final int LOW = 8;
    static final int FINGERPRINT = 16;
    static final int POSITION = 24;

    /** Keys that a run may have; all but a file's last one have so many. */
    static final int KEYS_MAX = 1 << 19;

    /** Bytes of a full run. */
    static final int BYTES_MAX = TABLE_BYTES + KEYS_MAX * KEY_BYTES;

    private static final int FIRST_KEYS = 1 << 12;

    private ByteBuffer unsorted = buffer(FIRST_KEYS * KEY_BYTES);
    private ByteBuffer sorted = buffer(TABLE_BYTES);
    private final int[] keysOf = new int[DedupIndex.PARTITIONS];

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    boolean isEmpty() {
        return unsorted.position() == 0;
    }

    boolean isFull() {
        return unsorted.position() == KEYS_MAX * KEY_BYTES;
    }

    /** Adds a key; there must be room. */
    void add(long high, long low, long fingerprint, long position) {
        if (!unsorted.hasRemaining()) {
            unsorted = buffer(Math.min(KEYS_MAX * KEY_BYTES, unsorted.capacity() * 4))
                    .put(unsorted.flip());
        }
        unsorted.putLong(high).putLong(low).putLong(fingerprint).putLong(position);
        keysOf[DedupIndex.partition(high)]++;
    }

    /** The run as it is written, valid until the next one is; this object is then empty again. */
    ByteBuffer drain() {
        unsorted.flip();
        if (sorted.capacity() < TABLE_BYTES + unsorted.limit()) {
            sorted = buffer(TABLE_BYTES + unsorted.capacity());
        }
        ByteBuffer run = sorted.clear().limit(TABLE_BYTES + unsorted.limit());
        int[] next = new int[DedupIndex.PARTITIONS];
        int offset = TABLE_BYTES;
        for (int partition = 0; partition < DedupIndex.PARTITIONS; partition++) {
            next[partition] = offset;
            offset += keysOf[partition] * KEY_BYTES;
        }
        for (int key = 0; key < unsorted.limit(); key += KEY_BYTES) {
            int partition = DedupIndex.partition(unsorted.getLong(key));
            run.put(next[partition], unsorted, key, KEY_BYTES);
            next[partition] += KEY_BYTES;
        }
        for (int partition = 0; partition < DedupIndex.PARTITIONS; partition++) {
            int bytes = keysOf[partition] * KEY_BYTES;
            run.putInt(partition * Long.BYTES, keysOf[partition]);
            run.putInt(partition * Long.BYTES + Integer.BYTES, crc(run, next[partition] - bytes, bytes));
            keysOf[partition] = 0;
        }
        run.putInt(TABLE_CRC, crc(run, 0, TABLE_CRC));
        unsorted.clear();
        return run;
    }

    /** Forgets all keys. */
    void clear() {
        unsorted.clear();
        Arrays.fill(keysOf, 0);
    }

    static int crc(ByteBuffer buffer, int offset, int bytes) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.slice(offset, bytes));
        return (int) crc.getValue();
    }
}
