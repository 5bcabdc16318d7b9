package dev.valora.ingest.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.valora.ingest.JournalCorruptException;
import dev.valora.ingest.RecordLayout;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * How each of the journal's small files begins, so that one which is damaged, of another kind or of another journal is found out.
 * Numbers are little-endian.
 *
 * <pre>
 *  0 magic, 8 bytes of ASCII | 8 crc32c u32 over [12, end) | 12 format u16 | 14 u16 of the kind's own
 * 16 journal id high u64 | 24 journal id low u64 | 32 what the kind holds
 * </pre>
 */
final class FileFrame {

    /** Where two bytes stand that each kind of file has for itself. */
    static final int FLAGS = 14;

    /** Where begins what each kind of file holds. */
    static final int BYTES = 32;

    private static final int CRC = 8;
    private static final int FORMAT = 12;
    private static final int JOURNAL_HIGH = 16;
    private static final int JOURNAL_LOW = 24;

    private final byte[] magic;

    /** @param magic 8 letters that tell this kind of file from the others */
    FileFrame(String magic) {
        this.magic = magic.getBytes(US_ASCII);
    }

    /** A file of so many bytes, its frame but for the checksum filled in and all else zero. */
    byte[] begin(int bytes, int format, UUID journal) {
        byte[] framed = Arrays.copyOf(magic, bytes);
        RecordLayout.putU16(framed, FORMAT, format);
        RecordLayout.putLong(framed, JOURNAL_HIGH, journal.getMostSignificantBits());
        RecordLayout.putLong(framed, JOURNAL_LOW, journal.getLeastSignificantBits());
        return framed;
    }

    /** Fills in the checksum over what has become of {@link #begin}, and returns it. */
    static byte[] seal(byte[] framed) {
        RecordLayout.putInt(framed, CRC, crc(framed));
        return framed;
    }

    /**
     * The format of a file that has at least so many bytes, all as they were sealed.
     *
     * @throws JournalCorruptException when it has not, or is of another kind
     */
    int formatOf(byte[] framed, int bytesMin) {
        if (framed.length < bytesMin
                || !Arrays.equals(framed, 0, magic.length, magic, 0, magic.length)
                || RecordLayout.getInt(framed, CRC) != crc(framed)) {
            throw new JournalCorruptException("it is damaged, its checksum does not hold");
        }
        return RecordLayout.getU16(framed, FORMAT);
    }

    static UUID journalOf(byte[] framed) {
        return new UUID(RecordLayout.getLong(framed, JOURNAL_HIGH), RecordLayout.getLong(framed, JOURNAL_LOW));
    }

    static JournalCorruptException unknown(int format) {
        return new JournalCorruptException("it has the unknown format " + format);
    }

    private static int crc(byte[] framed) {
        CRC32C crc = new CRC32C();
        crc.update(framed, FORMAT, framed.length - FORMAT);
        return (int) crc.getValue();
    }
}
