package dev.valora.ingest.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.ingest.JournalCorruptException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Deaths that a journal must survive without losing or inventing anything. */
final class JournalRecoveryTest {

    @TempDir
    Path parent;

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 30, 130, 131})
    void shouldHoldEverythingCommittedWhenTheProcessDies(long last) {
        Path image;
        try (ChronicleJournal journal = ChronicleJournal.open(parent.resolve("journal"), Journals.SMALL)) {
            Entries.commitUpTo(journal, last);
            image = Journals.imageOf(parent.resolve("journal"), parent.resolve("image"));
        }
        for (int i = 1; i <= 3; i++) {
            try (ChronicleJournal journal = ChronicleJournal.open(image, Journals.SMALL)) {
                Entries.assertHolds(journal, 1, last + (i - 1) * 2L);
                Entries.commitUpTo(journal, last + i * 2L);
                image = Journals.imageOf(image, parent.resolve("image" + i));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldHoldEverythingAcknowledgedAcrossKills(Durability durability) throws Exception {
        Path directory = parent.resolve("journal");
        long acknowledged = 0;
        for (int round = 1; round <= 3; round++) {
            acknowledged = killWhileCommitting(directory, durability, acknowledged + 100 + 37L * round);
            try (ChronicleJournal journal = ChronicleJournal.open(directory, Journals.SMALL)) {
                long forced = journal.forcedSequence();
                assertTrue(forced == acknowledged || forced == acknowledged + 1, forced + " after " + acknowledged);
                Entries.assertHolds(journal, 1, forced);
            }
        }
    }

    /** Kills the writer when it has acknowledged {@code enough} and returns the last sequence that it did acknowledge. */
    private static long killWhileCommitting(Path directory, Durability durability, long enough) throws Exception {
        ProcessBuilder command = ChildProcess.command(JournalWriterProcess.class, directory, flag -> true);
        command.command().add(durability.name());
        Process writer = command.start();
        long acknowledged = 0;
        try (BufferedReader lines = writer.inputReader()) {
            String line = lines.readLine();
            while (line != null) {
                if (!line.startsWith("[")) {
                    acknowledged = Long.parseLong(line);
                }
                if (acknowledged >= enough && writer.isAlive()) {
                    writer.toHandle().destroyForcibly();
                }
                line = lines.readLine();
            }
        } finally {
            writer.destroyForcibly().waitFor();
        }
        assertTrue(acknowledged >= enough, "the writer ended by itself at " + acknowledged);
        return acknowledged;
    }

    /** Each round kills when the directory of a further file shows: before, while or after it is listed and used. */
    @Test
    void shouldSurviveAKillAtARoll() throws Exception {
        Path directory = parent.resolve("journal");
        long listed = 0;
        for (int round = 0; round < 3; round++) {
            Process writer = ChildProcess.start(JournalWriterProcess.class, directory);
            long acknowledged = killAtTheSecondRoll(writer, directory, listed + 3, 700_000L * round);
            try (ChronicleJournal journal = ChronicleJournal.open(directory, Journals.SMALL)) {
                long forced = journal.forcedSequence();
                assertTrue(forced == acknowledged || forced == acknowledged + 1, forced + " after " + acknowledged);
                Entries.assertHolds(journal, 1, forced);
                listed = journal.manifest().files().getLast().number();
            }
        }
    }

    private static long killAtTheSecondRoll(Process writer, Path directory, long number, long delayNanos)
            throws Exception {
        Path next = directory.resolve(JournalFile.directoryName(number));
        Thread killer = Thread.ofPlatform().start(() -> {
            while (!Files.exists(next) && writer.isAlive()) {
                Thread.onSpinWait();
            }
            long seen = System.nanoTime();
            while (System.nanoTime() - seen < delayNanos) {
                Thread.onSpinWait();
            }
            writer.toHandle().destroyForcibly();
        });
        long acknowledged = 0;
        try (BufferedReader lines = writer.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                acknowledged = line.startsWith("[") ? acknowledged : Long.parseLong(line);
            }
        } finally {
            writer.destroyForcibly().waitFor();
            killer.join();
        }
        return acknowledged;
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 4, 4_096})
    void shouldSetAsideAFileWhoseMakingWasCutOff(int dataBytes) throws IOException {
        Path directory = parent.resolve("journal");
        try (ChronicleJournal journal = ChronicleJournal.open(directory, Journals.SMALL)) {
            Entries.commitUpTo(journal, 20);
            Path image = Journals.imageOf(directory, parent.resolve("image"));
            Path halfMade = Files.createDirectory(image.resolve(JournalFile.directoryName(2)));
            if (dataBytes >= 0) {
                Files.write(ChronicleFile.data(halfMade, 2), new byte[dataBytes]);
            }
            try (ChronicleJournal survivor = ChronicleJournal.open(image, Journals.SMALL)) {
                Entries.assertHolds(survivor, 1, 20);
                Entries.commitUpTo(survivor, 22);
                Entries.assertHolds(survivor, 1, 22);
            }
            assertTrue(Files.isDirectory(image.resolve(JournalStart.SET_ASIDE).resolve(JournalFile.directoryName(2))));
            assertEquals(
                    2,
                    Journals.dataFiles(image).stream()
                            .filter(path -> !path.toString().contains(JournalStart.SET_ASIDE))
                            .count());
        }
    }

    @Test
    void shouldMoveNothingWhenTheStartIsRefused() throws IOException {
        Path directory = parent.resolve("journal");
        try (ChronicleJournal journal = ChronicleJournal.open(directory, Journals.SMALL)) {
            Entries.commitUpTo(journal, 20);
            Path file = Journals.dataFiles(Journals.imageOf(directory, parent.resolve("image")))
                    .getFirst();
            Path image = parent.resolve("image");
            Path halfMade = Files.createDirectory(image.resolve(JournalFile.directoryName(2)));
            Path unlisted = Files.createDirectory(image.resolve(JournalFile.directoryName(3)));
            Path entries = Files.copy(file, ChronicleFile.data(unlisted, 3));
            assertRefused(image, "older copy", halfMade);
            Files.delete(entries);
            Files.move(file, parent.resolve("lost"));
            assertRefused(image, "it is missing", halfMade);
            Files.move(parent.resolve("lost"), file);
            try (ChronicleJournal mended = ChronicleJournal.open(image, Journals.SMALL)) {
                Entries.assertHolds(mended, 1, 20);
            }
        }
    }

    private static void assertRefused(Path image, String why, Path halfMade) {
        JournalCorruptException refused =
                assertThrows(JournalCorruptException.class, () -> ChronicleJournal.open(image, Journals.SMALL));
        assertTrue(String.valueOf(refused.getMessage()).contains(why), refused.getMessage());
        assertTrue(Files.isDirectory(halfMade) && !Files.exists(image.resolve(JournalStart.SET_ASIDE)), why);
    }

    @Test
    void shouldSealBeforeAnEntryThatWasNotFinished() throws IOException {
        for (int lost : List.of(0, 1, 40, 5_000)) {
            Path image = unfinished("unfinished-" + lost, lost);
            try (ChronicleJournal journal = ChronicleJournal.open(image, Journals.IMPATIENT)) {
                Entries.assertHolds(journal, 1, 29);
                Entries.commitUpTo(journal, 50);
                Entries.assertHolds(journal, 1, 50);
            }
        }
    }

    /** A journal with entry 30 torn: one bit flipped, or its end never written, or its header not either. */
    private Path unfinished(String name, int lost) throws IOException {
        try (ChronicleJournal journal = ChronicleJournal.open(parent.resolve(name), Journals.SMALL)) {
            Entries.commitUpTo(journal, 30);
            Path image = Journals.imageOf(parent.resolve(name), parent.resolve(name + "-image"));
            Journals.change(Journals.dataFiles(image).getLast(), bytes -> {
                int start = Journals.offsetOf(bytes, 30);
                int end = start + Entries.entry(30).length;
                if (lost == 0) {
                    return Journals.flipped(bytes, start + 40, 3);
                }
                Arrays.fill(bytes, Math.max(start - 4, end - lost), end, (byte) 0);
                return bytes;
            });
            return image;
        }
    }

    @Test
    void shouldNeverReadWhatLiesBehindASeal() throws IOException {
        Path image = unfinished("garbage", 0);
        ChronicleJournal.open(image, Journals.IMPATIENT).close();
        // What was torn heals by itself: it must stay out all the same.
        Journals.change(Journals.dataFiles(image).getFirst(), bytes -> {
            int at = Journals.offsetOf(bytes, 29) + (Entries.entry(29).length + 3) / 4 * 4 + 4;
            return Journals.flipped(bytes, at + 40, 3);
        });
        try (ChronicleJournal journal = ChronicleJournal.open(image, Journals.IMPATIENT)) {
            assertEquals(29, journal.forcedSequence());
            byte[] other = Entries.entry(30, 33);
            journal.commit(other, other.length);
            try (var reader = journal.reader(30)) {
                assertEquals(
                        other.length,
                        java.util.Objects.requireNonNull(reader.poll()).length());
            }
        }
    }
}
