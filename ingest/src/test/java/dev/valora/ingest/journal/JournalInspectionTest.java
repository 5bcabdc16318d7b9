package dev.valora.ingest.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.ingest.CarriedRecords;
import dev.valora.ingest.JournalCorruptException;
import dev.valora.ingest.JournalSpan;
import dev.valora.ingest.journal.JournalInspection.FileReport;
import dev.valora.ingest.journal.JournalInspection.Report;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalInspectionTest {

    private static final long LAST = 130;

    @TempDir
    Path parent;

    private static Report inspect(Path journal) {
        return JournalInspection.run(journal, Journals.IMPATIENT, (file, files, sequence) -> {});
    }

    private Path stopped() {
        Path directory = parent.resolve("stopped");
        try (ChronicleJournal journal = ChronicleJournal.open(directory, Journals.SMALL)) {
            Entries.commitUpTo(journal, LAST);
        }
        ChronicleJournal.open(directory, Journals.SMALL).close();
        return directory;
    }

    private Path died(long last) {
        try (ChronicleJournal journal = ChronicleJournal.open(parent.resolve("died"), Journals.SMALL)) {
            Entries.commitUpTo(journal, last);
            return Journals.imageOf(parent.resolve("died"), parent.resolve("died-image"));
        }
    }

    @Test
    void shouldTellWhatEachFileHoldsAndWriteNothing() throws IOException {
        Path directory = stopped();
        Map<Path, byte[]> before = contents(directory);
        List<String> progress = new ArrayList<>();
        Report report = JournalInspection.run(
                directory, Journals.IMPATIENT, (file, files, sequence) -> progress.add(file + "/" + files));
        assertTrue(report.isWhole() && report.cleanStop());
        long next = 1;
        for (FileReport file : report.files()) {
            assertNull(file.damage());
            assertTrue(file.sealed());
            assertEquals(next, file.firstSequence());
            assertEquals(crc(next, file.lastSequence()), file.crc());
            boolean isEmpty = file.entries() == 0;
            assertEquals(isEmpty ? Long.MIN_VALUE : Entries.acceptedMicros(next), file.firstAcceptedMicros());
            next = file.lastSequence() + 1;
            assertEquals(isEmpty ? Long.MIN_VALUE : Entries.acceptedMicros(next - 1), file.lastAcceptedMicros());
        }
        assertEquals(LAST + 1, next);
        assertEquals(0, report.files().getLast().entries());
        assertEquals(report.files().size() + "/" + report.files().size(), progress.getLast());
        Map<Path, byte[]> after = contents(directory);
        assertEquals(before.keySet(), after.keySet());
        before.forEach((path, bytes) -> assertArrayEquals(bytes, after.get(path), "" + path));
    }

    private static int crc(long first, long last) {
        CRC32C crc = new CRC32C();
        for (long sequence = first; sequence <= last; sequence++) {
            crc.update(Entries.entry(sequence));
        }
        return (int) crc.getValue();
    }

    private static Map<Path, byte[]> contents(Path directory) throws IOException {
        Map<Path, byte[]> contents = new HashMap<>();
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                contents.put(path, Files.readAllBytes(path));
            }
        }
        return contents;
    }

    @Test
    void shouldTellWhereAJournalBegins() throws IOException {
        assertFalse(inspect(stopped()).beginning().isRemoved());
        Path directory = parent.resolve("removed");
        long first;
        try (ChronicleJournal journal = ChronicleJournal.open(directory, Journals.SMALL)) {
            Entries.commitUpTo(journal, LAST);
            JournalRemoval removal = new JournalRemoval(journal);
            first = removal.sealedFiles().getFirst().span().lastSequence() + 1;
            removal.carry(CarriedRecords.NONE, first);
            removal.removeThrough(1);
            // Half deleted is as good as deleted.
            Files.delete(ChronicleFile.data(directory.resolve("0000000001"), 1));
        }
        Report report = inspect(directory);
        assertTrue(report.isWhole());
        assertEquals(
                new JournalInspection.Beginning(first, Entries.acceptedMicros(first - 1), 0, null), report.beginning());
        assertEquals(2, report.files().getFirst().number());
        assertEquals(first, report.files().getFirst().firstSequence());
        assertEquals(LAST, report.files().getLast().lastSequence());

        Journals.change(directory.resolve(CarriedFile.NAME), bytes -> Journals.flipped(bytes, 20, 1));
        Report damaged = inspect(directory);
        assertFalse(damaged.isWhole());
        assertTrue(String.valueOf(damaged.beginning().damage()).contains("its checksum does not hold"));
        assertEquals(LAST, damaged.files().getLast().lastSequence());
    }

    /** What breaks there is thrown by whoever asks how it ended. */
    private static CompletableFuture<Void> onAThread(Runnable work) {
        return CompletableFuture.runAsync(work, task -> Thread.ofPlatform().start(task));
    }

    @Test
    void shouldFindNothingWrongWhileFilesGo() throws Exception {
        Path directory = parent.resolve("going");
        AtomicBoolean stop = new AtomicBoolean();
        try (ChronicleJournal journal = ChronicleJournal.open(directory, Journals.SMALL)) {
            Entries.commitUpTo(journal, LAST);
            CompletableFuture<Void> removing = onAThread(() -> {
                JournalRemoval removal = new JournalRemoval(journal);
                while (!stop.get()) {
                    Entries.commitUpTo(journal, journal.forcedSequence() + 1);
                    if (removal.sealedFiles().size() > 2) {
                        JournalSpan oldest = removal.sealedFiles().getFirst().span();
                        removal.carry(CarriedRecords.NONE, oldest.lastSequence() + 1);
                        removal.removeThrough(oldest.number());
                        assertTrue(removal.deleteOne().isPresent());
                    }
                }
            });
            try {
                for (int i = 0; i < 40; i++) {
                    Report report = inspect(directory);
                    assertTrue(report.isWhole(), report.toString());
                }
            } finally {
                stop.set(true);
                removing.get();
            }
            assertTrue(journal.firstSequence() > 1);
        }
    }

    @Test
    void shouldReadWhatADeadServerLeft() {
        Report report = inspect(died(30));
        assertTrue(report.isWhole() && !report.cleanStop());
        assertEquals(30, report.files().getLast().lastSequence());
        assertEquals(false, report.files().getLast().sealed());
    }

    @Test
    void shouldReadOnBehindADamagedFile() throws IOException {
        Path directory = stopped();
        List<Path> files = Journals.dataFiles(directory);
        Journals.change(files.getFirst(), bytes -> Journals.flipped(bytes, Journals.offsetOf(bytes, 20) + 35, 6));
        Files.delete(files.get(1));
        Report report = inspect(directory);
        assertTrue(!report.isWhole());
        assertEquals(19, report.files().getFirst().lastSequence());
        assertTrue(String.valueOf(report.files().getFirst().damage()).startsWith("Entry 20 is not intact"));
        assertTrue(String.valueOf(report.files().get(1).damage()).contains("it is missing"));
        assertNull(report.files().get(2).damage());
        assertEquals(LAST, report.files().get(2).lastSequence());
    }

    @Test
    void shouldTellDamageFromAnEntryThatWasNotFinished() throws IOException {
        Path directory = died(30);
        Path file = Journals.dataFiles(directory).getLast();
        Journals.change(file, bytes -> Journals.flipped(bytes, Journals.offsetOf(bytes, 30) + 35, 6));
        assertTrue(inspect(directory).isWhole());
        assertEquals(29, inspect(directory).files().getLast().lastSequence());
        Journals.change(file, bytes -> Journals.flipped(bytes, Journals.offsetOf(bytes, 28) + 35, 6));
        assertEquals(
                "Entry 28 is not intact, but entry 29 behind it is.",
                inspect(directory).files().getLast().damage());
    }

    @Test
    void shouldFindNothingWrongWhileAServerWrites() throws Exception {
        Path directory = parent.resolve("live");
        AtomicBoolean stop = new AtomicBoolean();
        try (ChronicleJournal journal = ChronicleJournal.open(directory, Journals.SMALL)) {
            Entries.commitUpTo(journal, 5);
            CompletableFuture<Void> writing = onAThread(() -> {
                while (!stop.get()) {
                    Entries.commitUpTo(journal, journal.forcedSequence() + 1);
                }
            });
            try {
                for (int i = 0; i < 20; i++) {
                    long before = journal.forcedSequence();
                    Report report = inspect(directory);
                    assertTrue(report.isWhole(), report.toString());
                    assertTrue(report.files().getLast().lastSequence() >= before, report.toString());
                }
            } finally {
                stop.set(true);
                writing.get();
            }
            assertTrue(journal.forcedSequence() > 5, "nothing was written");
        }
    }

    @Test
    void shouldNameAManifestThatIsMissingOrDamaged() throws IOException {
        assertThrows(UncheckedIOException.class, () -> inspect(parent));
        Path directory = died(3);
        Journals.change(directory.resolve(JournalStart.MANIFEST), bytes -> Journals.flipped(bytes, 50, 1));
        assertThrows(JournalCorruptException.class, () -> inspect(directory));
    }
}
