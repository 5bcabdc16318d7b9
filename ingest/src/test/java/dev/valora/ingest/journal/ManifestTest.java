package dev.valora.ingest.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.valora.ingest.JournalCorruptException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class ManifestTest {

    private static final UUID JOURNAL = UUID.fromString("6f2a1c3e-8f4b-4a57-9d0e-1b2c3d4e5f60");
    private static final JournalFile SEALED = new JournalFile(1, 1, 40, 9_000, 77);
    private static final JournalFile EMPTY = new JournalFile(2, 41, 40, 500, 77);
    private static final JournalFile OPEN = JournalFile.open(4, 41, 77);

    @Test
    void shouldComeBackAsItWasWritten() {
        for (Manifest manifest : List.of(
                new Manifest(JOURNAL, false, List.of()),
                new Manifest(JOURNAL, true, List.of(SEALED, EMPTY)),
                new Manifest(JOURNAL, false, List.of(SEALED, EMPTY, OPEN)))) {
            assertEquals(manifest, Manifest.decode(manifest.encode()));
        }
    }

    @Test
    void shouldRefuseEveryFlippedBitAndEveryLostByte() {
        byte[] bytes = new Manifest(JOURNAL, false, List.of(SEALED, EMPTY, OPEN)).encode();
        for (int i = 0; i < bytes.length * 8; i++) {
            byte[] damaged = Journals.flipped(bytes.clone(), i / 8, i % 8);
            assertThrows(JournalCorruptException.class, () -> Manifest.decode(damaged), "bit " + i);
        }
        for (int length = 0; length < bytes.length; length++) {
            byte[] damaged = Arrays.copyOf(bytes, length);
            assertThrows(JournalCorruptException.class, () -> Manifest.decode(damaged), "length " + length);
        }
    }

    @Test
    void shouldRefuseFilesThatDoNotFollowEachOther() {
        for (List<JournalFile> files : List.of(
                List.of(SEALED, JournalFile.open(2, 42, 77)),
                List.of(SEALED, JournalFile.open(2, 40, 77)),
                List.of(SEALED, JournalFile.open(1, 41, 77)),
                List.of(OPEN, JournalFile.open(5, 41, 77)),
                List.of(new JournalFile(1, 0, 5, 9, 9)),
                List.of(new JournalFile(1, 9, 5, 9, 9)))) {
            assertThrows(IllegalArgumentException.class, () -> new Manifest(JOURNAL, false, files), files.toString());
        }
        assertThrows(IllegalArgumentException.class, () -> new Manifest(JOURNAL, true, List.of(OPEN)));
    }
}
