package dev.valora.ingest.admission;

import dev.valora.ingest.Limits;
import dev.valora.ingest.Position;
import dev.valora.ingest.RecordLayout;
import java.util.Arrays;

/**
 * The journal entry that is being built for one group commit. Reused for every group; one thread, the single writer.
 */
public final class EntryDraft {

    private byte[] bytes = new byte[1 << 20];
    private int length = RecordLayout.ENTRY_HEADER_BYTES;
    private int recordCount;
    private long sequence;
    private long acceptedMicros;

    /** Starts a new entry without records. */
    public void begin(long newSequence, long newAcceptedMicros) {
        length = RecordLayout.ENTRY_HEADER_BYTES;
        recordCount = 0;
        sequence = newSequence;
        acceptedMicros = newAcceptedMicros;
    }

    /** Whether these records still fit, by bytes and by number. */
    public boolean hasRoom(int recordBytes, int records) {
        return length + recordBytes <= Limits.COMMIT_BYTES && recordCount + records <= Position.RECORDS_PER_ENTRY_MAX;
    }

    /** The packed position that a record will have when {@code ahead} others are appended before it. */
    public long position(int ahead) {
        return Position.pack(sequence, recordCount + ahead);
    }

    /**
     * Appends consecutive event records and gives those without a timestamp of their own the accepted time.
     *
     * @param offset of the first record in {@code source}
     * @param recordBytes of all of them together
     * @param events how many they are; there must be room
     */
    public void appendEvents(byte[] source, int offset, int recordBytes, int events) {
        int at = append(source, offset, recordBytes, events);
        while (at < length) {
            if ((bytes[at + RecordLayout.EVENT_FLAGS] & RecordLayout.FLAG_TIME_DEFAULTED) != 0) {
                RecordLayout.putLong(bytes, at + RecordLayout.EVENT_TIME, acceptedMicros);
            }
            at += RecordLayout.getInt(bytes, at + RecordLayout.RECORD_LENGTH);
        }
    }

    /** Appends a record that is not an event and returns its packed position; there must be room. */
    public long append(byte[] record) {
        long position = position(0);
        append(record, 0, record.length, 1);
        return position;
    }

    private int append(byte[] source, int offset, int recordBytes, int records) {
        if (!hasRoom(recordBytes, records)) {
            throw new IllegalStateException("no room for " + records + " records of " + recordBytes + " bytes");
        }
        if (bytes.length - length < recordBytes) {
            bytes = Arrays.copyOf(
                    bytes, Math.min(Limits.COMMIT_BYTES, Math.max(bytes.length * 2, length + recordBytes)));
        }
        int at = length;
        System.arraycopy(source, offset, bytes, at, recordBytes);
        length += recordBytes;
        recordCount += records;
        return at;
    }

    /** Writes the header, checksum last; the entry is then the first {@link #length} of {@link #bytes}. */
    public void seal() {
        RecordLayout.sealEntry(bytes, length, sequence, acceptedMicros, recordCount);
    }

    /** The array that holds the entry, from offset 0. Valid until the next record is appended. */
    public byte[] bytes() {
        return bytes;
    }

    /** Bytes of the entry, header included. */
    public int length() {
        return length;
    }

    public int recordCount() {
        return recordCount;
    }

    public long sequence() {
        return sequence;
    }

    /** The accepted time of everything in the entry, in epoch microseconds. */
    public long acceptedMicros() {
        return acceptedMicros;
    }
}
