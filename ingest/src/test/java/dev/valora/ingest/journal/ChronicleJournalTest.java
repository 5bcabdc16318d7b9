package dev.valora.ingest.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.JournalFailedException;
import dev.valora.ingest.JournalReader;
import dev.valora.ingest.Limits;
import dev.valora.ingest.RecordLayout;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChronicleJournalTest {

    /** Files of about five hundred entries, more than a reader reads through. */
    private static final JournalOptions LONG_FILES =
            new JournalOptions(1 << 20, JournalOptions.BLOCK_BYTES_MIN, 3_000_000_000L, System::nanoTime);

    @TempDir
    Path directory;

    private ChronicleJournal open() {
        return ChronicleJournal.open(directory, Journals.SMALL);
    }

    @Test
    void shouldBeEmptyWhenNew() {
        try (ChronicleJournal journal = open();
                JournalReader reader = journal.reader(1)) {
            assertEquals(0, journal.forcedSequence());
            assertEquals(Long.MIN_VALUE, journal.lastAcceptedMicros());
            assertNull(reader.poll());
        }
    }

    @Test
    void shouldReadBackWhatWasCommittedOverSeveralFiles() throws Exception {
        try (ChronicleJournal journal = open()) {
            Entries.commitUpTo(journal, 400);
            assertEquals(Entries.acceptedMicros(400), journal.lastAcceptedMicros());
            Entries.assertHolds(journal, 1, 400);
        }
        List<Path> files = Journals.dataFiles(directory);
        assertTrue(files.size() >= 5, "only " + files);
        for (Path file : files) {
            assertTrue(
                    Files.size(file) <= Journals.SMALL.fileBytes() + 2L * Journals.SMALL.blockBytes(), file.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 77, 149, 150, 151})
    void shouldReadFromAnyEntryOn(long first) {
        try (ChronicleJournal journal = open()) {
            Entries.commitUpTo(journal, 150);
            Entries.assertHolds(journal, first, 150);
            try (JournalReader reader = journal.reader(first)) {
                while (reader.poll() != null) {
                    // to the end
                }
                Entries.commitUpTo(journal, 152);
                JournalEntry entry = reader.poll();
                Entries.assertIs(Math.max(first, 151), java.util.Objects.requireNonNull(entry));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 49, 77, 149, 150})
    void shouldReadOneEntryWhereverItStands(long sequence) {
        try (ChronicleJournal journal = open()) {
            Entries.commitUpTo(journal, 150);
            Entries.assertIs(sequence, Objects.requireNonNull(journal.read(sequence)));
        }
        try (ChronicleJournal again = open()) {
            Entries.assertIs(sequence, Objects.requireNonNull(again.read(sequence)));
            assertThrows(IllegalArgumentException.class, () -> again.read(151));
            assertThrows(IllegalArgumentException.class, () -> again.read(0));
        }
    }

    @Test
    void shouldJumpToAnEntryByTheIndex() {
        try (ChronicleJournal journal = open()) {
            Entries.commitUpTo(journal, 150);
            for (long sequence = 1; sequence <= 150; sequence++) {
                JournalFile file = journal.fileOf(sequence);
                try (FileTailer tailer = FileTailer.open(directory, journal.id(), file, Journals.SMALL)) {
                    assertTrue(tailer.seek(file.number(), sequence - file.firstSequence()));
                    assertTrue(tailer.holds(sequence, tailer.next(sequence)), "entry " + sequence);
                }
            }
        }
    }

    /** A seed that fails is repeated by putting it here. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldSkipToAnyLaterEntry(long seed) {
        long last = 1_200;
        try (ChronicleJournal journal = ChronicleJournal.open(directory, LONG_FILES)) {
            Entries.commitUpTo(journal, last);
            assertTrue(journal.sealedFiles().size() >= 2, "the entries are in several files");
            SplittableRandom random = new SplittableRandom(seed);
            long next = 1L + random.nextInt(400);
            try (JournalReader reader = journal.reader(next)) {
                while (next <= last) {
                    reader.skipTo(next);
                    for (int read = random.nextInt(3); read >= 0 && next <= last; read--) {
                        Entries.assertIs(next++, Objects.requireNonNull(reader.poll(), () -> "seed " + seed));
                    }
                    next += random.nextBoolean() ? random.nextInt(300) : random.nextInt(3);
                }
            }
        }
    }

    @Test
    void shouldSkipToAnEntryThatIsNotThereYetAndNeverBack() {
        try (ChronicleJournal journal = open();
                JournalReader reader = journal.reader(1)) {
            Entries.commitUpTo(journal, 10);
            reader.skipTo(12);
            assertNull(reader.poll());
            assertThrows(IllegalArgumentException.class, () -> reader.skipTo(11));
            Entries.commitUpTo(journal, 11);
            assertNull(reader.poll());
            Entries.commitUpTo(journal, 12);
            Entries.assertIs(12, Objects.requireNonNull(reader.poll()));
        }
    }

    @Test
    void shouldReadSingleEntriesWhileOthersAreWritten() throws Exception {
        try (ChronicleJournal journal = open()) {
            Entries.commitUpTo(journal, 1);
            CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> {
                long sequence;
                do {
                    sequence = journal.forcedSequence();
                    Entries.assertIs(sequence, Objects.requireNonNull(journal.read(sequence)));
                } while (sequence < 200);
            });
            Entries.commitUpTo(journal, 200);
            reading.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldRefuseAReaderBeforeTheFirstEntry() {
        try (ChronicleJournal journal = open()) {
            assertThrows(IllegalArgumentException.class, () -> journal.reader(0));
        }
    }

    @Test
    void shouldLetReadersFollowTheWriter() throws Exception {
        try (ChronicleJournal journal = open()) {
            CompletableFuture<Void> slow = follow(journal, 300, 50);
            CompletableFuture<Void> fast = follow(journal, 300, 0);
            Entries.commitUpTo(journal, 300);
            CompletableFuture.allOf(slow, fast).get(30, TimeUnit.SECONDS);
        }
    }

    private static CompletableFuture<Void> follow(ChronicleJournal journal, long last, int spins) {
        return CompletableFuture.runAsync(() -> {
            try (JournalReader reader = journal.reader(1)) {
                for (long sequence = 1; sequence <= last; ) {
                    JournalEntry entry = reader.poll();
                    if (entry == null) {
                        Thread.onSpinWait();
                        continue;
                    }
                    assertTrue(entry.sequence() <= journal.forcedSequence());
                    Entries.assertIs(sequence++, entry);
                    for (int i = 0; i < spins; i++) {
                        Thread.onSpinWait();
                    }
                }
            }
        });
    }

    @Test
    void shouldGoOnAfterEachStop() {
        UUID id;
        try (ChronicleJournal journal = open()) {
            id = journal.id();
            Entries.commitUpTo(journal, 70);
        }
        open().close();
        for (long last = 71; last < 83; last += 3) {
            try (ChronicleJournal journal = open()) {
                assertEquals(id, journal.id());
                assertEquals(last - 1, journal.forcedSequence());
                assertEquals(Entries.acceptedMicros(last - 1), journal.lastAcceptedMicros());
                Entries.commitUpTo(journal, last + 2);
                Entries.assertHolds(journal, 1, last + 2);
            }
        }
    }

    @Test
    void shouldTakeTheLargestEntry() {
        try (ChronicleJournal journal = ChronicleJournal.open(directory, JournalOptions.standard(System::nanoTime))) {
            byte[] entry = Entries.entry(1, Limits.COMMIT_BYTES - RecordLayout.ENTRY_HEADER_BYTES);
            journal.commit(entry, entry.length);
            byte[] small = Entries.entry(2);
            journal.commit(small, small.length);
            try (JournalReader reader = journal.reader(2)) {
                Entries.assertIs(2, java.util.Objects.requireNonNull(reader.poll()));
            }
        }
    }

    @Test
    void shouldStayPoisonedAfterAForceThatFailed() {
        try (ChronicleJournal journal = open()) {
            Entries.commitUpTo(journal, 10);
            byte[] entry = Entries.entry(11);
            // An interrupt closes the channel under the force.
            Thread.currentThread().interrupt();
            assertThrows(JournalFailedException.class, () -> journal.commit(entry, entry.length));
            assertTrue(Thread.interrupted());
            for (int i = 0; i < 3; i++) {
                assertThrows(JournalFailedException.class, () -> journal.commit(entry, entry.length));
            }
            assertEquals(10, journal.forcedSequence());
            try (JournalReader reader = journal.reader(10)) {
                Entries.assertIs(10, java.util.Objects.requireNonNull(reader.poll()));
                assertNull(reader.poll());
            }
        }
        try (ChronicleJournal journal = open()) {
            assertTrue(journal.forcedSequence() == 10 || journal.forcedSequence() == 11);
            Entries.assertHolds(journal, 1, journal.forcedSequence());
        }
    }

    @Test
    void shouldPoisonItselfRatherThanTakeAnEntryOutOfOrder() {
        try (ChronicleJournal journal = open()) {
            byte[] second = Entries.entry(2);
            byte[] first = Entries.entry(1);
            assertThrows(JournalFailedException.class, () -> journal.commit(second, second.length));
            assertThrows(JournalFailedException.class, () -> journal.commit(first, first.length));
        }
    }

    @Test
    void shouldAllocateNextToNothingForACommitAndForAPoll() {
        try (ChronicleJournal journal = ChronicleJournal.open(directory, JournalOptions.standard(System::nanoTime));
                JournalReader reader = journal.reader(1)) {
            byte[][] entries = new byte[600][];
            for (int i = 0; i < entries.length; i++) {
                entries[i] = Entries.entry(i + 1);
            }
            commitAndPoll(journal, reader, entries, 0, 300);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            commitAndPoll(journal, reader, entries, 300, 600);
            long bytesEach = (threads.getCurrentThreadAllocatedBytes() - before) / 300;
            // Escape analysis may not have come yet, and assertions are on: a few small objects, never a copy of the
            // entry.
            assertTrue(bytesEach < 256, bytesEach + " bytes");
        }
    }

    private static void commitAndPoll(
            ChronicleJournal journal, JournalReader reader, byte[][] entries, int from, int to) {
        for (int i = from; i < to; i++) {
            journal.commit(entries[i], entries[i].length);
            assertEquals(i + 1, java.util.Objects.requireNonNull(reader.poll()).sequence());
        }
    }

    /** Somebody else may have the directory by then. */
    @Test
    void shouldLetNoFileGoOnceItIsClosed() throws IOException {
        ChronicleJournal journal = open();
        Entries.commitUpTo(journal, 150);
        journal.close();
        byte[] manifest = Files.readAllBytes(directory.resolve(JournalStart.MANIFEST));
        assertThrows(IllegalStateException.class, () -> new JournalRemoval(journal).removeThrough(1));
        assertArrayEquals(manifest, Files.readAllBytes(directory.resolve(JournalStart.MANIFEST)));
    }

    @Test
    void shouldLeaveNoThreadOfChronicleThatWatchesTheDisk() {
        try (ChronicleJournal journal = open()) {
            Entries.commitUpTo(journal, 5);
            assertFalse(Thread.getAllStackTraces().keySet().stream()
                    .anyMatch(thread -> thread.getName().contains("disk~space")));
        }
    }
}
