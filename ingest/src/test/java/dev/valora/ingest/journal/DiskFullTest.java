package dev.valora.ingest.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.valora.ingest.Journal.Space;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that runs full: the journal says so beforehand, harms nothing, and goes on when there is room again. */
final class DiskFullTest {

    private static final long MIB = 1 << 20;

    @TempDir
    Path parent;

    private final AtomicLong free = new AtomicLong(100 * MIB);

    private JournalOptions measured() {
        return Journals.SMALL.with(new DiskLimits(50 * MIB, 10 * MIB, directory -> free.get()), Durability.FSYNC);
    }

    @Test
    void shouldTellHowMuchIsLeft() {
        try (ChronicleJournal journal = ChronicleJournal.open(parent.resolve("journal"), measured())) {
            assertEquals(Space.ENOUGH, journal.space());
            free.set(50 * MIB);
            assertEquals(Space.ENOUGH, journal.space());
            free.set(50 * MIB - 1);
            assertEquals(Space.LOW, journal.space());
            free.set(10 * MIB);
            assertEquals(Space.LOW, journal.space());
            free.set(10 * MIB - 1);
            assertEquals(Space.NONE, journal.space());
        }
    }

    @Test
    void shouldRefuseLimitsThatContradictEachOther() {
        assertThrows(IllegalArgumentException.class, () -> new DiskLimits(5, 5, DiskLimits.FreeSpace.SYSTEM));
        assertThrows(IllegalArgumentException.class, () -> new DiskLimits(5, -1, DiskLimits.FreeSpace.SYSTEM));
    }

    /** Commits what the journal has room for, over several files if it lets it. */
    private static void fill(ChronicleJournal journal, int entriesMax) {
        long last = journal.forcedSequence() + entriesMax;
        while (journal.forcedSequence() < last && journal.reserve(Integer.MAX_VALUE)) {
            Entries.commitUpTo(journal, journal.forcedSequence() + 1);
        }
    }

    @Test
    void shouldNotGrowBeyondTheHardLimitAndGoOnBehindIt() {
        Path directory = parent.resolve("journal");
        try (ChronicleJournal journal = ChronicleJournal.open(directory, measured())) {
            Entries.commitUpTo(journal, 5);
            free.set(10 * MIB);
            fill(journal, 10_000);
            long last = journal.forcedSequence();
            assertTrue(last < 200, "there was room for " + last);
            assertFalse(journal.reserve(Integer.MAX_VALUE));
            Entries.assertHolds(journal, 1, last);
            free.set(100 * MIB);
            fill(journal, 200);
            Entries.assertHolds(journal, 1, last + 200);
        }
        try (ChronicleJournal journal = ChronicleJournal.open(directory, measured())) {
            Entries.assertHolds(journal, 1, journal.forcedSequence());
        }
    }

    /** Without a limit of ours, so that the file system itself says no. */
    @Test
    void shouldSurviveADiskThatIsReallyFull() throws Exception {
        Path disk = Files.createDirectory(parent.resolve("disk"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", disk.toString()), "mounting needs root");
        JournalOptions large = new JournalOptions(64 * MIB, JournalOptions.BLOCK_BYTES_MIN, 0, System::nanoTime);
        try {
            Path ballast = Files.write(disk.resolve("ballast"), new byte[(int) (3 * MIB)]);
            long last;
            try (ChronicleJournal journal = ChronicleJournal.open(disk.resolve("journal"), large)) {
                fill(journal, 100_000);
                last = journal.forcedSequence();
                assertTrue(last > 100 && last < 3_000, "there was room for " + last);
                Entries.assertHolds(journal, 1, last);
                assertFalse(journal.reserve(Integer.MAX_VALUE));
                Files.delete(ballast);
                fill(journal, 300);
                Entries.assertHolds(journal, 1, last + 300);
            }
            try (ChronicleJournal journal = ChronicleJournal.open(disk.resolve("journal"), large)) {
                Entries.assertHolds(journal, 1, last + 300);
            }
        } finally {
            assertTrue(run("umount", disk.toString()) || run("umount", "-l", disk.toString()));
        }
    }

    private static boolean run(String... command) throws Exception {
        Process process = new ProcessBuilder(List.of(command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    @Test
    void shouldLeaveNoSpareBehind() throws Exception {
        Path directory = parent.resolve("journal");
        try (ChronicleJournal journal = ChronicleJournal.open(directory, Journals.SMALL)) {
            Entries.commitUpTo(journal, 180);
        }
        assertFalse(Files.exists(directory.resolve(RunwayKeeper.SPARE)));
        Files.write(directory.resolve(RunwayKeeper.SPARE), new byte[] {1, 2, 3});
        try (ChronicleJournal journal = ChronicleJournal.open(directory, Journals.SMALL)) {
            Entries.assertHolds(journal, 1, 180);
        }
        assertFalse(Files.exists(directory.resolve(RunwayKeeper.SPARE)));
    }

    /** What lies between the last entry and the end of the runway is zeros, or a start would look for entries there. */
    @Test
    void shouldHaveZerosAheadOfWhatIsWritten() throws Exception {
        Path directory = parent.resolve("journal");
        try (ChronicleJournal journal = ChronicleJournal.open(directory, Journals.SMALL)) {
            Entries.commitUpTo(journal, 3);
            Path file = Journals.dataFiles(directory).getLast();
            byte[] bytes = Files.readAllBytes(file);
            int end = Journals.offsetOf(bytes, 3) + Entries.entry(3).length;
            assertTrue(bytes.length > end + Journals.SMALL.entryBytesMax(), bytes.length + " behind " + end);
            for (int at = end; at < bytes.length; at++) {
                assertEquals(0, bytes[at], "at " + at);
            }
        }
    }
}
