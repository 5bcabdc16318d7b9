package dev.valora.ingest.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.ingest.CarriedRecords;
import dev.valora.ingest.EntriesGoneException;
import dev.valora.ingest.JournalBeginning.SealedFile;
import dev.valora.ingest.JournalCorruptException;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.JournalReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that go from a journal's beginning, and whoever reads or dies meanwhile. */
final class JournalRemovalTest {

    private static final long LAST = 330;

    @TempDir
    Path parent;

    private ChronicleJournal open(String name) {
        return ChronicleJournal.open(parent.resolve(name), Journals.SMALL);
    }

    /** Removes so many files and returns the sequence that is the first then. */
    private static long remove(ChronicleJournal journal, int files) {
        JournalRemoval removal = new JournalRemoval(journal);
        SealedFile last = removal.sealedFiles().get(files - 1);
        long first = last.span().lastSequence() + 1;
        removal.carry(CarriedRecords.NONE, first);
        removal.removeThrough(last.span().number());
        return first;
    }

    private static List<Long> delete(ChronicleJournal journal) {
        JournalRemoval removal = new JournalRemoval(journal);
        List<Long> deleted = new ArrayList<>();
        for (OptionalLong one = removal.deleteOne(); one.isPresent(); one = removal.deleteOne()) {
            deleted.add(one.getAsLong());
        }
        return deleted;
    }

    private static List<String> directories(Path journal) throws IOException {
        try (Stream<Path> paths = Files.list(journal)) {
            return paths.filter(Files::isDirectory)
                    .map(path -> String.valueOf(path.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void shouldBeginBehindWhatWasRemoved() throws IOException {
        long first;
        long through;
        try (ChronicleJournal journal = open("journal")) {
            Entries.commitUpTo(journal, LAST);
            assertEquals(1, journal.firstSequence());
            assertEquals(Long.MIN_VALUE, journal.removedThroughMicros());
            assertEquals(0, journal.carried().count());
            first = remove(journal, 3);
            through = Entries.acceptedMicros(first - 1);
            assertEquals(List.of(1L, 2L, 3L), delete(journal));
            assertHolds(journal, first, through, LAST);
            assertEquals(List.of(), delete(journal));
            Entries.commitUpTo(journal, LAST + 60);
            assertHolds(journal, first, through, LAST + 60);
        }
        try (ChronicleJournal journal = open("journal")) {
            assertHolds(journal, first, through, LAST + 60);
            assertEquals("0000000004", directories(journal.directory()).getFirst());
            first = remove(journal, 1);
            assertHolds(journal, first, Entries.acceptedMicros(first - 1), LAST + 60);
        }
        try (ChronicleJournal journal = open("journal")) {
            assertHolds(journal, first, Entries.acceptedMicros(first - 1), LAST + 60);
            assertEquals("0000000005", directories(journal.directory()).getFirst());
        }
    }

    private static void assertHolds(ChronicleJournal journal, long first, long through, long last) {
        assertEquals(first, journal.firstSequence());
        assertEquals(through, journal.removedThroughMicros());
        Entries.assertHolds(journal, first, last);
        assertNull(journal.read(1));
        assertNull(journal.read(first - 1));
        Entries.assertIs(first, Objects.requireNonNull(journal.read(first)));
        assertEquals(
                "the journal no longer holds entry " + (first - 1) + ": it begins at entry " + first,
                assertThrows(EntriesGoneException.class, () -> journal.reader(first - 1))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> journal.reader(0));
    }

    @Test
    void shouldNotRemoveTheFileThatIsWritten() {
        try (ChronicleJournal journal = open("journal")) {
            Entries.commitUpTo(journal, LAST);
            JournalRemoval removal = new JournalRemoval(journal);
            int sealed = removal.sealedFiles().size();
            assertTrue(sealed >= 4, sealed + " files");
            assertThrows(IllegalArgumentException.class, () -> removal.removeThrough(sealed + 1));
            assertThrows(IllegalArgumentException.class, () -> removal.removeThrough(0));
            long first = remove(journal, sealed);
            assertEquals(List.of(), removal.sealedFiles());
            assertHolds(journal, first, Entries.acceptedMicros(first - 1), LAST);
        }
    }

    @Test
    void shouldLetWhoeverHasAFileOpenReadItToItsEnd() {
        try (ChronicleJournal journal = open("journal")) {
            Entries.commitUpTo(journal, LAST);
            long lastOfSecond =
                    new JournalRemoval(journal).sealedFiles().get(1).span().lastSequence();
            long firstOfThird = lastOfSecond + 1;
            try (JournalReader within = journal.reader(firstOfThird - 20);
                    JournalReader waiting = journal.reader(5);
                    JournalReader kept = journal.reader(firstOfThird + 70)) {
                assertNotNull(within.poll());
                assertNotNull(kept.poll());
                remove(journal, 3);
                delete(journal);

                for (long sequence = firstOfThird - 19; sequence <= lastOfSecond; sequence++) {
                    Entries.assertIs(sequence, Objects.requireNonNull(within.poll()));
                }
                assertThrows(EntriesGoneException.class, within::poll);
                assertThrows(EntriesGoneException.class, within::poll, "gone stays gone");
                assertThrows(EntriesGoneException.class, waiting::poll);
                for (long sequence = firstOfThird + 71; sequence <= LAST; sequence++) {
                    Entries.assertIs(sequence, Objects.requireNonNull(kept.poll()));
                }
                assertNull(kept.poll());
            }
        }
    }

    /** {@code mvn test -Dtest=JournalRemovalTest -Dvalora.seed=…} repeats a case. */
    @Test
    void shouldGiveAnEntryOrNothingWhileFilesGo() throws InterruptedException {
        long seed = Long.getLong("valora.seed", 20_261_122L);
        System.out.println("JournalRemovalTest seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (ChronicleJournal journal = open("journal")) {
            Entries.commitUpTo(journal, LAST);
            Thread remover = Thread.ofPlatform().start(() -> {
                try {
                    while (journal.forcedSequence() < 4 * LAST) {
                        if (new JournalRemoval(journal).sealedFiles().size() > 2) {
                            remove(journal, 1);
                            delete(journal);
                        }
                    }
                } catch (Throwable thrown) {
                    failure.set(thrown);
                }
            });
            int there = 0;
            int gone = 0;
            while (remover.isAlive()) {
                Entries.commitUpTo(journal, journal.forcedSequence() + 1);
                long before = journal.firstSequence();
                long sequence = Math.max(1, before - 40 + random.nextLong(80));
                if (sequence > journal.forcedSequence()) {
                    continue;
                }
                JournalEntry entry = journal.read(sequence);
                if (entry == null) {
                    assertTrue(sequence < journal.firstSequence());
                    gone++;
                } else {
                    Entries.assertIs(sequence, entry);
                    assertTrue(sequence >= before);
                    there++;
                }
            }
            remover.join();
            assertNull(failure.get());
            assertTrue(there > 10 && gone > 10, there + " there, " + gone + " gone");
        }
    }

    /** What another process finds if this one dies between two steps, or within one. */
    @Test
    void shouldOpenWhereverItDied() throws IOException {
        List<Path> images = new ArrayList<>();
        long first;
        try (ChronicleJournal journal = open("journal")) {
            Entries.commitUpTo(journal, LAST);
            JournalRemoval removal = new JournalRemoval(journal);
            SealedFile last = removal.sealedFiles().get(1);
            first = last.span().lastSequence() + 1;
            images.add(image("untouched"));
            removal.carry(CarriedRecords.NONE, first);
            images.add(image("carried"));
            Path unfinished = image("manifest-unfinished");
            Files.write(unfinished.resolve("manifest.new"), new byte[] {1, 2, 3});
            images.add(unfinished);
            removal.removeThrough(last.span().number());
            images.add(image("let-go"));
            Path halfDeleted = image("half-deleted");
            Files.delete(ChronicleFile.data(halfDeleted.resolve("0000000001"), 1));
            images.add(halfDeleted);
            Path emptied = image("emptied");
            try (Stream<Path> files = Files.list(emptied.resolve("0000000001"))) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            images.add(emptied);
            assertEquals(OptionalLong.of(1), removal.deleteOne());
            images.add(image("one-deleted"));
            assertEquals(OptionalLong.of(2), removal.deleteOne());
            images.add(image("deleted"));
        }
        for (Path path : images) {
            boolean isLetGo = images.indexOf(path) >= 3;
            for (int start = 0; start < 2; start++) {
                try (ChronicleJournal journal = ChronicleJournal.open(path, Journals.IMPATIENT)) {
                    assertEquals(isLetGo ? first : 1, journal.firstSequence(), path.toString());
                    Entries.assertHolds(journal, journal.firstSequence(), LAST);
                    assertEquals(
                            isLetGo ? "0000000003" : "0000000001",
                            directories(path).getFirst());
                    assertFalse(directories(path).contains(JournalStart.SET_ASIDE));
                }
            }
        }
    }

    private Path image(String name) {
        return Journals.imageOf(parent.resolve("journal"), parent.resolve("image-" + name));
    }

    @Test
    void shouldSurviveKillsWhileFilesGo() throws Exception {
        Path directory = parent.resolve("journal");
        SplittableRandom random = new SplittableRandom(20_261_122L);
        long files = 0;
        for (int round = 0; round < 6; round++) {
            Told told = killAfter(directory, 150 + random.nextInt(300), random.nextInt(3_000_000));
            try (ChronicleJournal journal = ChronicleJournal.open(directory, Journals.SMALL)) {
                long forced = journal.forcedSequence();
                assertTrue(forced == told.acknowledged || forced == told.acknowledged + 1, forced + " after " + told);
                assertTrue(journal.firstSequence() <= told.removing, journal.firstSequence() + " after " + told);
                Entries.assertHolds(journal, journal.firstSequence(), forced);
                List<String> left = directories(directory);
                assertEquals(JournalFile.directoryName(new JournalRemoval(journal).firstFile()), left.getFirst());
                files = new JournalRemoval(journal).firstFile();
            }
        }
        assertTrue(files > 10, "only " + files + " files went");
    }

    /** What a process said before it was killed: the last commit that had returned, the last beginning it was about to set. */
    private record Told(long acknowledged, long removing) {}

    private static Told killAfter(Path directory, int lines, long delayNanos) throws Exception {
        Process process = ChildProcess.start(JournalRemoverProcess.class, directory);
        long acknowledged = 0;
        long removing = 1;
        int read = 0;
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith("[")) {
                    continue;
                }
                long said = Long.parseLong(line);
                acknowledged = said > 0 ? said : acknowledged;
                removing = said < 0 ? -said : removing;
                // When a removal has just begun, so that it dies somewhere within.
                if (++read >= lines && said < 0 && process.isAlive()) {
                    long seen = System.nanoTime();
                    while (System.nanoTime() - seen < delayNanos) {
                        Thread.onSpinWait();
                    }
                    process.toHandle().destroyForcibly();
                }
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertTrue(read >= lines, "it ended by itself");
        return new Told(acknowledged, removing);
    }

    @Test
    void shouldRefuseToStartWithoutWhatIsCarried() throws IOException {
        long first;
        try (ChronicleJournal journal = open("journal")) {
            Entries.commitUpTo(journal, LAST);
            first = remove(journal, 2);
        }
        Path carried = parent.resolve("journal").resolve(CarriedFile.NAME);
        byte[] good = Files.readAllBytes(carried);
        Files.delete(carried);
        assertTrue(refusal().contains("it is missing"));
        Files.write(carried, Journals.flipped(good.clone(), 40, 2));
        assertTrue(refusal().contains("its checksum does not hold"));
        assertEquals(
                "0000000001", directories(parent.resolve("journal")).getFirst(), "a refused start repaired something");
        Files.write(carried, good);
        try (ChronicleJournal journal = open("journal")) {
            assertEquals(first, journal.firstSequence());
        }
    }

    private String refusal() {
        return String.valueOf(assertThrows(JournalCorruptException.class, () -> open("journal"))
                .getMessage());
    }

    /** Nothing happens to a journal whose disk takes no manifest, and it can be asked again. */
    @Test
    void shouldStayAsItWasWhenTheDiskRefuses() throws IOException {
        try (ChronicleJournal journal = open("journal")) {
            Entries.commitUpTo(journal, LAST);
            Path inTheWay = Files.createDirectory(parent.resolve("journal").resolve("manifest.new"));
            JournalRemoval removal = new JournalRemoval(journal);
            assertThrows(UncheckedIOException.class, () -> removal.removeThrough(2));
            assertEquals(1, journal.firstSequence());
            Files.delete(inTheWay);
            Files.createDirectory(parent.resolve("journal").resolve("carried.new"));
            assertThrows(UncheckedIOException.class, () -> removal.carry(CarriedRecords.NONE, 50));
            Entries.commitUpTo(journal, LAST + 1);
            Entries.assertHolds(journal, 1, LAST + 1);
        }
    }
}
