package dev.valora.ingest.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Entries that are shown before they are appended, where a page of Chronicle's index is full. */
final class FileAppenderTest {

    /** A page of Chronicle's index names each 256th of so many documents, the header of the file among them. */
    private static final int DOCUMENTS_A_PAGE = 4_096 * 256;

    private static final UUID ID = new UUID(1, 2);
    private static final int BLOCK_BYTES = 64 << 20;
    private static final JournalOptions OPTIONS = new JournalOptions(1 << 30, BLOCK_BYTES, 0, System::nanoTime);

    @TempDir
    Path journal;

    @Test
    void shouldKeepEntriesThatAreShownWhereAPageOfTheIndexIsFull() throws IOException {
        JournalFile file = JournalFile.open(1, 1, Long.MIN_VALUE);
        byte[] small = {1, 2, 3, 4};
        byte[] large = Entries.entry(7, 700 << 10);
        try (RunwayKeeper runways = new RunwayKeeper(journal, OPTIONS);
                FileAppender appender = FileAppender.create(journal, ID, file, runways, BLOCK_BYTES)) {
            for (int document = 1; document < DOCUMENTS_A_PAGE - 1; document++) {
                appender.append(small, small.length);
            }
            for (int document = DOCUMENTS_A_PAGE - 1; document < DOCUMENTS_A_PAGE + 3; document++) {
                appender.show(large, 600 << 10);
                appender.append(large, large.length);
            }
            appender.force();
        }
        try (FileTailer tailer = FileTailer.open(journal, ID, file, OPTIONS)) {
            for (int document = 1; document < DOCUMENTS_A_PAGE - 1; document++) {
                assertEquals(small.length, tailer.next(document), "document " + document);
            }
            for (int document = DOCUMENTS_A_PAGE - 1; document < DOCUMENTS_A_PAGE + 3; document++) {
                assertEquals(large.length, tailer.next(document), "document " + document);
                assertArrayEquals(large, Arrays.copyOf(tailer.bytes(), large.length), "document " + document);
            }
            assertEquals(FileTailer.ABSENT, tailer.next(DOCUMENTS_A_PAGE + 3));
        }
    }
}
