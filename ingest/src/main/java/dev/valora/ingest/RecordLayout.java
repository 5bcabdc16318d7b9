package dev.valora.ingest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The bytes of a journal entry and of the records in it; drawn in {@code docs/journal-format.md}, known only here. All
 * numbers are little-endian, all text is UTF-8, and text lengths are in bytes.
 *
 * <pre>
 * entry   0 crc32c u32 over [4, end) | 4 format u8 | 5 zero u8 | 6 header bytes u16 | 8 sequence i64
 *        16 accepted time i64 (epoch µs) | 24 record count u32 | 28 bytes of records u32 | 32 records …
 *
 * record  0 length u32, of the whole record | 4 type u8 | …
 *
 * event   4 type=1 | 5 flags u8 | 6 value scale u8 | 7 value bytes u8 | 8 key length u16 | 10 customer length u16
 *        12 target length u16 | 14 property count u16 | 16 organization high u64 | 24 organization low u64
 *        32 event time i64 (epoch µs) | 40 key | customer | target | value (two's complement, big-endian) | properties
 *
 * property  0 kind u8 (1 string, 2 number, 3 true, 4 false) | 1 name length u16 | 3 text length u16 | 5 name | text
 * </pre>
 *
 * <p>The properties of an event are sorted by the bytes of their names and a number's text is canonical, so that equal
 * content is equal bytes: the fingerprint is computed over them.
 */
public final class RecordLayout {

    /** The only entry format so far. */
    public static final int FORMAT = 1;

    public static final int ENTRY_CRC = 0;
    public static final int ENTRY_FORMAT = 4;
    public static final int ENTRY_HEADER_LENGTH = 6;
    public static final int ENTRY_SEQUENCE = 8;
    public static final int ENTRY_ACCEPTED = 16;
    public static final int ENTRY_RECORD_COUNT = 24;
    public static final int ENTRY_RECORDS_BYTES = 28;

    /** Bytes before the first record of an entry. */
    public static final int ENTRY_HEADER_BYTES = 32;

    public static final int RECORD_LENGTH = 0;
    public static final int RECORD_TYPE = 4;

    /** A usage event. */
    public static final int TYPE_EVENT = 1;

    /** A meter definition, see {@link MeterRecords}. */
    public static final int TYPE_METER_DEFINED = 2;

    /** The archiving of a meter, see {@link MeterRecords}. */
    public static final int TYPE_METER_ARCHIVED = 3;

    /** The voiding of a usage event, see {@link VoidRecord}. */
    public static final int TYPE_EVENT_VOIDED = 4;

    public static final int EVENT_FLAGS = 5;
    public static final int EVENT_VALUE_SCALE = 6;
    public static final int EVENT_VALUE_BYTES = 7;
    public static final int EVENT_KEY_LENGTH = 8;
    public static final int EVENT_CUSTOMER_LENGTH = 10;
    public static final int EVENT_TARGET_LENGTH = 12;
    public static final int EVENT_PROPERTY_COUNT = 14;
    public static final int EVENT_ORGANIZATION_HIGH = 16;
    public static final int EVENT_ORGANIZATION_LOW = 24;
    public static final int EVENT_TIME = 32;

    /** Bytes before the key of an event. */
    public static final int EVENT_FIXED_BYTES = 40;

    /** The target is an event type, not a meter's code. */
    public static final int FLAG_BY_TYPE = 1;

    /** The event carries a value. */
    public static final int FLAG_VALUE = 2;

    /** No timestamp was sent; the writer set the event time to the accepted time. */
    public static final int FLAG_TIME_DEFAULTED = 4;

    public static final int PROPERTY_KIND = 0;
    public static final int PROPERTY_NAME_LENGTH = 1;
    public static final int PROPERTY_TEXT_LENGTH = 3;

    /** Bytes before the name of a property. */
    public static final int PROPERTY_FIXED_BYTES = 5;

    public static final int KIND_STRING = 1;
    public static final int KIND_NUMBER = 2;
    public static final int KIND_TRUE = 3;
    public static final int KIND_FALSE = 4;

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();

    private RecordLayout() {}

    public static int getU8(byte[] bytes, int offset) {
        return bytes[offset] & 0xFF;
    }

    public static int getU16(byte[] bytes, int offset) {
        return (short) SHORT.get(bytes, offset) & 0xFFFF;
    }

    public static int getInt(byte[] bytes, int offset) {
        return (int) INT.get(bytes, offset);
    }

    public static long getLong(byte[] bytes, int offset) {
        return (long) LONG.get(bytes, offset);
    }

    public static void putU16(byte[] bytes, int offset, int value) {
        SHORT.set(bytes, offset, (short) value);
    }

    public static void putInt(byte[] bytes, int offset, int value) {
        INT.set(bytes, offset, value);
    }

    public static void putLong(byte[] bytes, int offset, long value) {
        LONG.set(bytes, offset, value);
    }

    /**
     * Writes the header of an entry whose records already stand at {@link #ENTRY_HEADER_BYTES}, checksum last.
     *
     * @param bytes the entry from offset 0
     * @param length of the whole entry in bytes
     */
    public static void sealEntry(byte[] bytes, int length, long sequence, long acceptedMicros, int recordCount) {
        putInt(bytes, ENTRY_FORMAT, 0);
        bytes[ENTRY_FORMAT] = FORMAT;
        putU16(bytes, ENTRY_HEADER_LENGTH, ENTRY_HEADER_BYTES);
        putLong(bytes, ENTRY_SEQUENCE, sequence);
        putLong(bytes, ENTRY_ACCEPTED, acceptedMicros);
        putInt(bytes, ENTRY_RECORD_COUNT, recordCount);
        putInt(bytes, ENTRY_RECORDS_BYTES, length - ENTRY_HEADER_BYTES);
        putInt(bytes, ENTRY_CRC, crc(bytes, length));
    }

    /** Whether the checksum, the format and the lengths of an entry hold. Reads nothing outside [0, length). */
    public static boolean entryIsIntact(byte[] bytes, int length) {
        return length >= ENTRY_HEADER_BYTES
                && getInt(bytes, ENTRY_RECORDS_BYTES) == length - ENTRY_HEADER_BYTES
                && getU8(bytes, ENTRY_FORMAT) == FORMAT
                && getU16(bytes, ENTRY_HEADER_LENGTH) == ENTRY_HEADER_BYTES
                && getInt(bytes, ENTRY_CRC) == crc(bytes, length);
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, ENTRY_FORMAT, length - ENTRY_FORMAT);
        return (int) crc.getValue();
    }
}
