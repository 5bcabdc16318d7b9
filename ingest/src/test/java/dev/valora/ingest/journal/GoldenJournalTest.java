package dev.valora.ingest.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.valora.ingest.GoldenEntry;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.JournalReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
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
        unpack();
        try (ChronicleJournal journal = ChronicleJournal.open(directory, Journals.SMALL);
                JournalReader reader = journal.reader(1)) {
            assertEquals(UUID.fromString("5a821576-76a8-489a-9bef-3957511f8353"), journal.id());
            assertEquals(3, journal.forcedSequence());
            for (long sequence = 1; sequence <= 3; sequence++) {
                JournalEntry entry = Objects.requireNonNull(reader.poll());
                assertArrayEquals(
                        GoldenEntry.entry(sequence, GoldenEntry.ACCEPTED_MICROS + sequence),
                        Arrays.copyOf(entry.bytes(), entry.length()));
            }
            assertNull(reader.poll());
        }
    }

    private void unpack() throws IOException {
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/golden/journal-v1/journal.zip"));
                ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path target = directory.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(zip, target);
                }
            }
        }
    }
}
