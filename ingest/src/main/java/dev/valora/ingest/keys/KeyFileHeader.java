package dev.valora.ingest.keys;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.valora.ingest.JournalSpan;
import dev.valora.ingest.RecordLayout;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The first bytes of a key file, little-endian.
 *
 * <pre>
 *  0 "VALJKEYS" | 8 crc32c u32 over [12, 96) | 12 format u16 = 2 | 14 zero u16 | 16 journal id u64 high half
 * 24 journal id u64 low half | 32 secret fingerprint i64 | 40 file number i64 | 48 first sequence i64 | 56 last sequence i64
 * 64 keys i64 | 72 runs u32 | 76 crc32c u32 of the other records | 80 bytes of the other records i64 | 88 zero i64
 * </pre>
 *
 * @param owner of the hashes
 * @param span the journal file that it stands for
 * @param keys in all runs together
 * @param runs of keys, behind the header
 * @param otherBytes of the records that are not events, behind the runs
 * @param otherCrc of those bytes
 */
record KeyFileHeader(Owner owner, JournalSpan span, long keys, int runs, int otherBytes, int otherCrc) {

    /** Bytes of a header. */
    static final int BYTES = 96;

    private static final byte[] MAGIC = "VALJKEYS".getBytes(US_ASCII);
    private static final int FORMAT = 2;
    private static final int CRC = 8;
    private static final int FORMAT_AT = 12;
    private static final int JOURNAL_HIGH = 16;
    private static final int JOURNAL_LOW = 24;
    private static final int SECRET = 32;
    private static final int NUMBER = 40;
    private static final int FIRST = 48;
    private static final int LAST = 56;
    private static final int KEYS = 64;
    private static final int RUNS = 72;
    private static final int OTHER_CRC = 76;
    private static final int OTHER_BYTES = 80;

    /** The journal whose events were hashed, and a fingerprint of the secret with which they were. */
    record Owner(UUID journal, long secretFingerprint) {}

    /**
     * What a file begins with while it is written, when neither its keys nor the end of the journal file are known: the header of a
     * span without entries.
     *
     * @param number of the journal file
     */
    static KeyFileHeader unfinished(Owner owner, long number) {
        return new KeyFileHeader(owner, new JournalSpan(number, 1, 0), 0, 0, 0, 0);
    }

    byte[] encode() {
        byte[] bytes = new byte[BYTES];
        System.arraycopy(MAGIC, 0, bytes, 0, MAGIC.length);
        RecordLayout.putU16(bytes, FORMAT_AT, FORMAT);
        RecordLayout.putLong(bytes, JOURNAL_HIGH, owner.journal().getMostSignificantBits());
        RecordLayout.putLong(bytes, JOURNAL_LOW, owner.journal().getLeastSignificantBits());
        RecordLayout.putLong(bytes, SECRET, owner.secretFingerprint());
        RecordLayout.putLong(bytes, NUMBER, span.number());
        RecordLayout.putLong(bytes, FIRST, span.firstSequence());
        RecordLayout.putLong(bytes, LAST, span.lastSequence());
        RecordLayout.putLong(bytes, KEYS, keys);
        RecordLayout.putInt(bytes, RUNS, runs);
        RecordLayout.putInt(bytes, OTHER_CRC, otherCrc);
        RecordLayout.putLong(bytes, OTHER_BYTES, otherBytes);
        RecordLayout.putInt(bytes, CRC, crc(bytes));
        return bytes;
    }

    /**
     * Reads a header that was written for this owner and this span.
     *
     * @throws DamagedKeyFileException when it was not, or is not as it was written
     */
    static KeyFileHeader decode(byte[] bytes, Owner owner, JournalSpan span) throws DamagedKeyFileException {
        if (!Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                || RecordLayout.getInt(bytes, CRC) != crc(bytes)) {
            throw new DamagedKeyFileException("its header is not intact");
        }
        if (RecordLayout.getU16(bytes, FORMAT_AT) != FORMAT) {
            throw new DamagedKeyFileException("its format is " + RecordLayout.getU16(bytes, FORMAT_AT));
        }
        KeyFileHeader header = new KeyFileHeader(
                owner,
                span,
                RecordLayout.getLong(bytes, KEYS),
                RecordLayout.getInt(bytes, RUNS),
                Math.toIntExact(RecordLayout.getLong(bytes, OTHER_BYTES)),
                RecordLayout.getInt(bytes, OTHER_CRC));
        if (!Arrays.equals(bytes, header.encode())) {
            throw new DamagedKeyFileException("it was made for another journal, another secret or another file");
        }
        return header;
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, FORMAT_AT, BYTES - FORMAT_AT);
        return (int) crc.getValue();
    }
}
