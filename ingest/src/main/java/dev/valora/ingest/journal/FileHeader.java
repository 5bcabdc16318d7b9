package dev.valora.ingest.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.valora.ingest.RecordLayout;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The first document of a journal file: which file of which journal this is, so that a file from elsewhere or in another's
 * place is found out.
 *
 * <pre>
 * 0 "VALJFILE" | 8 crc32c u32 over [12, 48) | 12 format u16 | 14 zero u16 | 16 journal id high u64 | 24 journal id low u64
 * 32 file number i64 | 40 first sequence i64
 * </pre>
 */
final class FileHeader {

    static final int BYTES = 48;

    private static final byte[] MAGIC = "VALJFILE".getBytes(US_ASCII);
    private static final int CRC = 8;
    private static final int FORMAT = 12;
    private static final int JOURNAL_HIGH = 16;
    private static final int JOURNAL_LOW = 24;
    private static final int FILE_NUMBER = 32;
    private static final int FIRST_SEQUENCE = 40;
    private static final int FORMAT_1 = 1;

    private FileHeader() {}

    static byte[] encode(UUID journal, JournalFile file) {
        byte[] bytes = Arrays.copyOf(MAGIC, BYTES);
        RecordLayout.putU16(bytes, FORMAT, FORMAT_1);
        RecordLayout.putLong(bytes, JOURNAL_HIGH, journal.getMostSignificantBits());
        RecordLayout.putLong(bytes, JOURNAL_LOW, journal.getLeastSignificantBits());
        RecordLayout.putLong(bytes, FILE_NUMBER, file.number());
        RecordLayout.putLong(bytes, FIRST_SEQUENCE, file.firstSequence());
        CRC32C crc = new CRC32C();
        crc.update(bytes, FORMAT, BYTES - FORMAT);
        RecordLayout.putInt(bytes, CRC, (int) crc.getValue());
        return bytes;
    }

    /** Whether {@code bytes} begin with the header of exactly this file. */
    static boolean matches(byte[] bytes, int length, UUID journal, JournalFile file) {
        return length == BYTES && Arrays.equals(bytes, 0, BYTES, encode(journal, file), 0, BYTES);
    }
}
