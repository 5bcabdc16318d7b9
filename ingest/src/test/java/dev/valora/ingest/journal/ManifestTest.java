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
    private static final Manifest REMOVED =
            new Manifest(JOURNAL, false, List.of(new JournalFile(5, 41, 60, 700, 90), JournalFile.open(6, 61, 90)), 77);

    @Test
    void shouldComeBackAsItWasWritten() {
        for (Manifest manifest : List.of(
                new Manifest(JOURNAL, false, List.of()),
                new Manifest(JOURNAL, true, List.of(SEALED, EMPTY)),
                new Manifest(JOURNAL, false, List.of(SEALED, EMPTY, OPEN)),
                REMOVED)) {
            assertEquals(manifest, Manifest.decode(manifest.encode()));
        }
    }

    @Test
    void shouldRefuseEveryFlippedBitAndEveryLostByte() {
        for (Manifest manifest : List.of(new Manifest(JOURNAL, false, List.of(SEALED, EMPTY, OPEN)), REMOVED)) {
            refuseEveryFlippedBitAndEveryLostByte(manifest.encode());
        }
    }

    private static void refuseEveryFlippedBitAndEveryLostByte(byte[] bytes) {
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

    @Test
    void shouldBeginWithTheFirstEntryOrKnowWhatWasRemoved() {
        List<JournalFile> later = List.of(JournalFile.open(6, 61, 90));
        assertThrows(IllegalArgumentException.class, () -> new Manifest(JOURNAL, false, later));
        assertThrows(IllegalArgumentException.class, () -> new Manifest(JOURNAL, false, List.of(SEALED), 77));
        assertEquals(61, new Manifest(JOURNAL, false, later, 90).firstSequence());
        assertEquals(1, new Manifest(JOURNAL, false, List.of(), Manifest.NOTHING_REMOVED).firstSequence());
    }

    @Test
    void shouldLetFilesGoFromTheBeginning() {
        JournalFile unused = new JournalFile(1, 1, 0, 48, Long.MIN_VALUE);
        JournalFile sealed = new JournalFile(2, 1, 40, 9_000, 77);
        JournalFile empty = new JournalFile(3, 41, 40, 48, 77);
        Manifest all = new Manifest(JOURNAL, false, List.of(unused, sealed, empty, OPEN));

        assertEquals(
                new Manifest(JOURNAL, false, List.of(sealed, empty, OPEN)), all.behind(1), "no entry went with it");
        assertEquals(new Manifest(JOURNAL, false, List.of(empty, OPEN), 77), all.behind(2));
        assertEquals(new Manifest(JOURNAL, false, List.of(OPEN), 77), all.behind(3));
        for (long number : List.of(0L, 4L, 5L)) {
            assertThrows(IllegalArgumentException.class, () -> all.behind(number), "behind " + number);
        }
    }

    @Test
    void shouldKeepItsBeginningThroughRollsAndStops() {
        JournalFile sealed = REMOVED.files().getLast().sealed(70, 800, 95);
        JournalFile next = JournalFile.open(7, 71, 95);
        for (Manifest after : List.of(
                REMOVED.rolled(sealed, next),
                REMOVED.stopped(sealed),
                REMOVED.found(sealed).begun(next))) {
            assertEquals(41, after.firstSequence());
            assertEquals(77, after.removedThroughMicros());
        }
    }
}
