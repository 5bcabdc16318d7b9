package dev.valora.ingest.journal;

import dev.valora.ingest.RecordLayout;
import java.util.Arrays;
import java.util.UUID;

/**
 * The first document of a journal file: which file of which journal this is, so that a file from elsewhere or in another's
 * place is found out. It begins with a {@link FileFrame}.
 *
 * <pre>
 * 0 frame "VALJFILE", format 1 | 32 file number i64 | 40 first sequence i64
 * </pre>
 */
final class FileHeader {

    static final int BYTES = 48;

    private static final FileFrame FRAME = new FileFrame("VALJFILE");
    private static final int FILE_NUMBER = 32;
    private static final int FIRST_SEQUENCE = 40;
    private static final int FORMAT_1 = 1;

    private FileHeader() {}

    static byte[] encode(UUID journal, JournalFile file) {
        byte[] bytes = FRAME.begin(BYTES, FORMAT_1, journal);
        RecordLayout.putLong(bytes, FILE_NUMBER, file.number());
        RecordLayout.putLong(bytes, FIRST_SEQUENCE, file.firstSequence());
        return FileFrame.seal(bytes);
    }

    /** Whether {@code bytes} begin with the header of exactly this file. */
    static boolean matches(byte[] bytes, int length, UUID journal, JournalFile file) {
        return length == BYTES && Arrays.equals(bytes, 0, BYTES, encode(journal, file), 0, BYTES);
    }
}
