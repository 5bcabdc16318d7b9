package dev.valora.ingest.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole journal as version 1 left it: entries 1 and 2 in a file that was stopped cleanly, 3 in one whose process died.
 * Pins Chronicle's framing, our file header and the manifest.
 */
final class GoldenJournalTest {

    @TempDir
    Path directory;

    @Test
    void shouldOpenTheJournalThatIsKept() throws IOException {
        Journals.unpack("/golden/journal-v1/journal.zip", directory);
        try (ChronicleJournal journal = ChronicleJournal.open(directory, Journals.SMALL)) {
            assertEquals(UUID.fromString("5a821576-76a8-489a-9bef-3957511f8353"), journal.id());
            Journals.assertGolden(journal, 1, 3);
        }
    }
}
