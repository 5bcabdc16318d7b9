package dev.valora.ingest.journal;

import dev.valora.ingest.JournalCorruptException;
import dev.valora.ingest.Position;
import dev.valora.ingest.RecordLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What the journal consists of. Begins with a {@link FileFrame}; numbers are little-endian.
 *
 * <pre>
 *  0 frame "VALJMANI", its own u16 at 14 are flags (1 = clean stop) | 32 file count u32 | 36 zero u32
 * 40 in format 2 only: accepted time of the last entry that was removed i64 (epoch µs)
 * 40 or 48 files, 40 bytes each
 *
 * file   0 number i64 | 8 first sequence i64 | 16 last sequence i64 (2^63 - 1 = open) | 24 end bytes i64
 *       32 last accepted time i64 (epoch µs)
 * </pre>
 *
 * <p>Format 1 is that of a journal from which nothing was removed; whoever knows no other must not open one that has lost
 * definitions of meters with its beginning.
 *
 * @param files in order, without a gap between one's last sequence and the next one's first; only the last may be open
 * @param removedThroughMicros accepted time of the last entry that was removed, {@link #NOTHING_REMOVED} when the journal
 *     begins with its first entry
 */
record Manifest(UUID journal, boolean cleanStop, List<JournalFile> files, long removedThroughMicros) {

    /** What {@link #removedThroughMicros} is when nothing was removed. */
    static final long NOTHING_REMOVED = Long.MIN_VALUE;

    private static final FileFrame FRAME = new FileFrame("VALJMANI");
    private static final int FILE_COUNT = 32;
    private static final int REMOVED_THROUGH = 40;
    private static final int FILES_1 = 40;
    private static final int FILES_2 = 48;

    private static final int FILE_NUMBER = 0;
    private static final int FILE_FIRST = 8;
    private static final int FILE_LAST = 16;
    private static final int FILE_END = 24;
    private static final int FILE_ACCEPTED = 32;
    private static final int FILE_BYTES = 40;

    private static final int FORMAT_1 = 1;
    private static final int FORMAT_2 = 2;
    private static final int FLAG_CLEAN_STOP = 1;

    Manifest {
        files = List.copyOf(files);
        for (int i = 0; i < files.size(); i++) {
            requireInPlace(files, i);
        }
        if (cleanStop && !files.isEmpty() && files.getLast().isOpen()) {
            throw new IllegalArgumentException("a clean stop leaves no file open");
        }
        if ((removedThroughMicros == NOTHING_REMOVED) != (firstSequence(files) == 1)) {
            throw new IllegalArgumentException("the first entry is " + firstSequence(files)
                    + ", which is not what was removed through " + removedThroughMicros + " leaves");
        }
    }

    /** The manifest of a journal from which nothing was removed. */
    Manifest(UUID journal, boolean cleanStop, List<JournalFile> files) {
        this(journal, cleanStop, files, NOTHING_REMOVED);
    }

    private static long firstSequence(List<JournalFile> files) {
        return files.isEmpty() ? 1 : files.getFirst().firstSequence();
    }

    /** The sequence of the oldest entry, whether or not it was ever written. */
    long firstSequence() {
        return firstSequence(files);
    }

    /** The packed position of the first record of that entry. */
    long firstPosition() {
        return Position.pack(firstSequence(), 0);
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
        return new Manifest(journal, false, next, removedThroughMicros);
    }

    /** The manifest after the open file was sealed and {@code file} was begun. */
    Manifest rolled(JournalFile sealed, JournalFile file) {
        return new Manifest(journal, false, replacingLast(sealed), removedThroughMicros).begun(file);
    }

    /** The manifest of a journal that was closed with its last file as {@code sealed}. */
    Manifest stopped(JournalFile sealed) {
        return new Manifest(journal, true, replacingLast(sealed), removedThroughMicros);
    }

    /** The manifest after its last file, which is open, was found to end as {@code sealed} tells. */
    Manifest found(JournalFile sealed) {
        return new Manifest(journal, false, replacingLast(sealed), removedThroughMicros);
    }

    /**
     * The manifest of a journal that begins behind a file.
     *
     * @param number of a file that is not the last
     */
    Manifest behind(long number) {
        List<JournalFile> kept =
                files.stream().filter(file -> file.number() > number).toList();
        if (kept.isEmpty() || kept.size() == files.size()) {
            throw new IllegalArgumentException("the journal cannot begin behind file " + number);
        }
        long through = files.get(files.size() - kept.size() - 1).lastAcceptedMicros();
        return new Manifest(journal, cleanStop, kept, firstSequence(kept) == 1 ? NOTHING_REMOVED : through);
    }

    private List<JournalFile> replacingLast(JournalFile last) {
        List<JournalFile> next = new ArrayList<>(files);
        next.set(next.size() - 1, last);
        return next;
    }

    byte[] encode() {
        boolean isWhole = removedThroughMicros == NOTHING_REMOVED;
        int at = isWhole ? FILES_1 : FILES_2;
        byte[] bytes = FRAME.begin(at + files.size() * FILE_BYTES, isWhole ? FORMAT_1 : FORMAT_2, journal);
        RecordLayout.putU16(bytes, FileFrame.FLAGS, cleanStop ? FLAG_CLEAN_STOP : 0);
        RecordLayout.putInt(bytes, FILE_COUNT, files.size());
        if (!isWhole) {
            RecordLayout.putLong(bytes, REMOVED_THROUGH, removedThroughMicros);
        }
        for (JournalFile file : files) {
            RecordLayout.putLong(bytes, at + FILE_NUMBER, file.number());
            RecordLayout.putLong(bytes, at + FILE_FIRST, file.firstSequence());
            RecordLayout.putLong(bytes, at + FILE_LAST, file.lastSequence());
            RecordLayout.putLong(bytes, at + FILE_END, file.endBytes());
            RecordLayout.putLong(bytes, at + FILE_ACCEPTED, file.lastAcceptedMicros());
            at += FILE_BYTES;
        }
        return FileFrame.seal(bytes);
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws JournalCorruptException when these are not such bytes
     */
    static Manifest decode(byte[] bytes) {
        int format = FRAME.formatOf(bytes, FILES_1);
        if (format != FORMAT_1 && format != FORMAT_2) {
            throw FileFrame.unknown(format);
        }
        int begin = format == FORMAT_1 ? FILES_1 : FILES_2;
        int count = RecordLayout.getInt(bytes, FILE_COUNT);
        if (count < 0 || bytes.length != begin + (long) count * FILE_BYTES) {
            throw new JournalCorruptException("it does not have room for its " + count + " files");
        }
        return decode(
                bytes,
                files(bytes, begin),
                format == FORMAT_1 ? NOTHING_REMOVED : RecordLayout.getLong(bytes, REMOVED_THROUGH));
    }

    private static List<JournalFile> files(byte[] bytes, int begin) {
        List<JournalFile> files = new ArrayList<>();
        for (int at = begin; at < bytes.length; at += FILE_BYTES) {
            files.add(new JournalFile(
                    RecordLayout.getLong(bytes, at + FILE_NUMBER),
                    RecordLayout.getLong(bytes, at + FILE_FIRST),
                    RecordLayout.getLong(bytes, at + FILE_LAST),
                    RecordLayout.getLong(bytes, at + FILE_END),
                    RecordLayout.getLong(bytes, at + FILE_ACCEPTED)));
        }
        return files;
    }

    private static Manifest decode(byte[] bytes, List<JournalFile> files, long removedThroughMicros) {
        UUID journal = FileFrame.journalOf(bytes);
        boolean cleanStop = (RecordLayout.getU16(bytes, FileFrame.FLAGS) & FLAG_CLEAN_STOP) != 0;
        try {
            return new Manifest(journal, cleanStop, files, removedThroughMicros);
        } catch (IllegalArgumentException e) {
            throw new JournalCorruptException(e.getMessage() == null ? "it contradicts itself" : e.getMessage(), e);
        }
    }
}
