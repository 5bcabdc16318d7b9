package dev.valora.ingest;

import java.io.ByteArrayOutputStream;
import java.util.zip.CRC32C;

/**
 * Records that are kept outside of the entries they stand in, each with its position, in the order of the journal: what outlives
 * removed journal files, and what key files hold beside keys.
 *
 * <pre>
 * record  0 packed position i64 | 8 the record as it stands in the journal
 * </pre>
 */
public final class PlacedRecords {

    /** Offset of the record behind its position. */
    static final int RECORD = Long.BYTES;

    private PlacedRecords() {}

    /** Takes records one by one. */
    @FunctionalInterface
    public interface Visitor {

        /** A record at {@code offset}, and where it stands in the journal. */
        void onRecord(byte[] bytes, int offset, long packedPosition);
    }

    /** Lays records one behind the other. One thread. */
    public static final class Draft {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final byte[] position = new byte[RECORD];

        /** Adds the record that begins at {@code offset}. */
        public void add(byte[] record, int offset, long packedPosition) {
            RecordLayout.putLong(position, 0, packedPosition);
            bytes.writeBytes(position);
            bytes.write(record, offset, RecordLayout.getInt(record, offset + RecordLayout.RECORD_LENGTH));
        }

        /** Bytes so far. */
        public int size() {
            return bytes.size();
        }

        /** A copy of what was added. */
        public byte[] toBytes() {
            return bytes.toByteArray();
        }
    }

    /** The CRC-32C of what a {@link Draft} would lay out, without laying it out. One thread. */
    public static final class Sum {

        private final CRC32C crc = new CRC32C();
        private final byte[] position = new byte[RECORD];

        /** Adds the record that begins at {@code offset}. */
        public void add(byte[] record, int offset, long packedPosition) {
            RecordLayout.putLong(position, 0, packedPosition);
            crc.update(position);
            crc.update(record, offset, RecordLayout.getInt(record, offset + RecordLayout.RECORD_LENGTH));
        }

        /** Of all records so far. */
        public int crc() {
            return (int) crc.getValue();
        }
    }

    /** Hands over the records that a {@link Draft} laid out, in their order. */
    public static void forEach(byte[] placed, Visitor visitor) {
        for (int at = 0; at < placed.length; at = next(placed, at)) {
            visitor.onRecord(placed, at + RECORD, position(placed, at));
        }
    }

    /** The packed position of the record laid at an offset. */
    static long position(byte[] placed, int at) {
        return RecordLayout.getLong(placed, at);
    }

    /** Where the next record is laid; the length of all behind the last. */
    static int next(byte[] placed, int at) {
        return at + RECORD + RecordLayout.getInt(placed, at + RECORD + RecordLayout.RECORD_LENGTH);
    }
}
