package dev.valora.ingest.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.valora.ingest.JournalCorruptException;
import dev.valora.ingest.RecordLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * What the journal consists of. Numbers are little-endian.
 *
 * <pre>
 *  0 "VALJMANI" | 8 crc32c u32 over [12, end) | 12 format u16 | 14 flags u16 (1 = clean stop) | 16 journal id high u64
 * 24 journal id low u64 | 32 file count u32 | 36 zero u32 | 40 files, 40 bytes each
 *
 * file   0 number i64 | 8 first sequence i64 | 16 last sequence i64 (2^63 - 1 = open) | 24 end bytes i64
 *       32 last accepted time i64 (epoch µs)
 * </pre>
 *
 * @param journal the journal's id
 * @param cleanStop whether the last to write it was a server that closed the journal
 * @param files in order, without a gap between one's last sequence and the next one's first; only the last may be open
 */
record Manifest(UUID journal, boolean cleanStop, List<JournalFile> files) {

    private static final byte[] MAGIC = "VALJMANI".getBytes(US_ASCII);
    private static final int CRC = 8;
    private static final int FORMAT = 12;
    private static final int FLAGS = 14;
    private static final int JOURNAL_HIGH = 16;
    private static final int JOURNAL_LOW = 24;
    private static final int FILE_COUNT = 32;
    private static final int FILES = 40;

    private static final int FILE_NUMBER = 0;
    private static final int FILE_FIRST = 8;
    private static final int FILE_LAST = 16;
    private static final int FILE_END = 24;
    private static final int FILE_ACCEPTED = 32;
    private static final int FILE_BYTES = 40;

    private static final int FORMAT_1 = 1;
    private static final int FLAG_CLEAN_STOP = 1;

    Manifest {
        files = List.copyOf(files);
        for (int i = 0; i < files.size(); i++) {
            requireInPlace(files, i);
        }
        if (cleanStop && !files.isEmpty() && files.getLast().isOpen()) {
            throw new IllegalArgumentException("a clean stop leaves no file open");
        }
    }

    private static void requireInPlace(List<JournalFile> files, int i) {
        JournalFile file = files.get(i);
        boolean bounds =
                file.number() >= 1 && file.firstSequence() >= 1 && file.lastSequence() >= file.firstSequence() - 1;
        boolean follows = i == 0
                || (!files.get(i - 1).isOpen()
                        && file.number() > files.get(i - 1).number()
                        && file.firstSequence() == files.get(i - 1).lastSequence() + 1);
        if (!bounds || !follows) {
            throw new IllegalArgumentException("file " + file.number() + " does not follow the one before");
        }
    }

    /** The manifest after {@code file} was begun behind files that are all sealed. */
    Manifest begun(JournalFile file) {
        List<JournalFile> next = new ArrayList<>(files);
        next.add(file);
        return new Manifest(journal, false, next);
    }

    /** The manifest after the open file was sealed and {@code file} was begun. */
    Manifest rolled(JournalFile sealed, JournalFile file) {
        return new Manifest(journal, false, replacingLast(sealed)).begun(file);
    }

    /** The manifest of a journal that was closed with its last file as {@code sealed}. */
    Manifest stopped(JournalFile sealed) {
        return new Manifest(journal, true, replacingLast(sealed));
    }

    private List<JournalFile> replacingLast(JournalFile last) {
        List<JournalFile> next = new ArrayList<>(files);
        next.set(next.size() - 1, last);
        return next;
    }

    byte[] encode() {
        byte[] bytes = Arrays.copyOf(MAGIC, FILES + files.size() * FILE_BYTES);
        RecordLayout.putU16(bytes, FORMAT, FORMAT_1);
        RecordLayout.putU16(bytes, FLAGS, cleanStop ? FLAG_CLEAN_STOP : 0);
        RecordLayout.putLong(bytes, JOURNAL_HIGH, journal.getMostSignificantBits());
        RecordLayout.putLong(bytes, JOURNAL_LOW, journal.getLeastSignificantBits());
        RecordLayout.putInt(bytes, FILE_COUNT, files.size());
        int at = FILES;
        for (JournalFile file : files) {
            RecordLayout.putLong(bytes, at + FILE_NUMBER, file.number());
            RecordLayout.putLong(bytes, at + FILE_FIRST, file.firstSequence());
            RecordLayout.putLong(bytes, at + FILE_LAST, file.lastSequence());
            RecordLayout.putLong(bytes, at + FILE_END, file.endBytes());
            RecordLayout.putLong(bytes, at + FILE_ACCEPTED, file.lastAcceptedMicros());
            at += FILE_BYTES;
        }
        RecordLayout.putInt(bytes, CRC, crc(bytes));
        return bytes;
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws JournalCorruptException when these are not such bytes
     */
    static Manifest decode(byte[] bytes) {
        if (bytes.length < FILES
                || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                || RecordLayout.getInt(bytes, CRC) != crc(bytes)) {
            throw new JournalCorruptException("it is damaged, its checksum does not hold");
        }
        if (RecordLayout.getU16(bytes, FORMAT) != FORMAT_1) {
            throw new JournalCorruptException("it has the unknown format " + RecordLayout.getU16(bytes, FORMAT));
        }
        int count = RecordLayout.getInt(bytes, FILE_COUNT);
        if (count < 0 || bytes.length != FILES + (long) count * FILE_BYTES) {
            throw new JournalCorruptException("it does not have room for its " + count + " files");
        }
        List<JournalFile> files = new ArrayList<>(count);
        for (int at = FILES; at < bytes.length; at += FILE_BYTES) {
            files.add(new JournalFile(
                    RecordLayout.getLong(bytes, at + FILE_NUMBER),
                    RecordLayout.getLong(bytes, at + FILE_FIRST),
                    RecordLayout.getLong(bytes, at + FILE_LAST),
                    RecordLayout.getLong(bytes, at + FILE_END),
                    RecordLayout.getLong(bytes, at + FILE_ACCEPTED)));
        }
        UUID journal = new UUID(RecordLayout.getLong(bytes, JOURNAL_HIGH), RecordLayout.getLong(bytes, JOURNAL_LOW));
        boolean cleanStop = (RecordLayout.getU16(bytes, FLAGS) & FLAG_CLEAN_STOP) != 0;
        try {
            return new Manifest(journal, cleanStop, files);
        } catch (IllegalArgumentException e) {
            throw new JournalCorruptException(e.getMessage() == null ? "it contradicts itself" : e.getMessage(), e);
        }
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, FORMAT, bytes.length - FORMAT);
        return (int) crc.getValue();
    }
}
