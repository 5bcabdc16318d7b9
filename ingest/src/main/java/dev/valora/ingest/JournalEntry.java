package dev.valora.ingest;

import java.util.Objects;

/**
 * A window onto one verified journal entry: valid until the reader is polled again. Reused by its reader, so nothing of it
 * may be kept. One thread: the reader's.
 */
public final class JournalEntry {

    private byte[] bytes = new byte[RecordLayout.ENTRY_HEADER_BYTES];
    private int length;

    /** Lays this view over an entry that {@link RecordLayout#entryIsIntact} has approved. */
    public void wrap(byte[] entryBytes, int entryLength) {
        this.bytes = entryBytes;
        this.length = entryLength;
    }

    public long sequence() {
        return RecordLayout.getLong(bytes, RecordLayout.ENTRY_SEQUENCE);
    }

    /** When the writer accepted everything in this entry, in microseconds since the epoch. */
    public long acceptedMicros() {
        return RecordLayout.getLong(bytes, RecordLayout.ENTRY_ACCEPTED);
    }

    /** 0 for a tick. */
    public int recordCount() {
        return RecordLayout.getInt(bytes, RecordLayout.ENTRY_RECORD_COUNT);
    }

    /** The array that holds the entry, from offset 0. */
    public byte[] bytes() {
        return bytes;
    }

    /** Bytes of the whole entry. */
    public int length() {
        return length;
    }

    /** Offset of the first record; equal to {@link #length} in a tick. */
    public int firstRecord() {
        return RecordLayout.ENTRY_HEADER_BYTES;
    }

    /** Offset of the record after the one at {@code offset}; equal to {@link #length} after the last. */
    public int nextRecord(int offset) {
        return offset + RecordLayout.getInt(bytes, offset + RecordLayout.RECORD_LENGTH);
    }

    /**
     * Offset of the record with this index.
     *
     * @throws IndexOutOfBoundsException when the entry has no such record
     */
    public int recordAt(int index) {
        Objects.checkIndex(index, recordCount());
        int offset = firstRecord();
        for (int i = 0; i < index; i++) {
            offset = nextRecord(offset);
        }
        return offset;
    }

    /** One of the {@code TYPE_} constants of {@link RecordLayout}. */
    public int recordType(int offset) {
        return RecordLayout.getU8(bytes, offset + RecordLayout.RECORD_TYPE);
    }
}
