package dev.valora.bench.fuzz;

import dev.valora.bench.server.Directories;
import dev.valora.ingest.JournalCorruptException;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.JournalReader;
import dev.valora.ingest.journal.ChronicleJournal;
import dev.valora.ingest.journal.JournalInspection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Opens and reads damaged journals. What is handed out must be what was written; a damage must be found, unless every entry is
 * still there. One thread, and one more for each case, so that a case that hangs is found too.
 */
final class JournalFuzz implements Fuzz {

    private static final long CASE_SECONDS_MAX = 30;

    private final Path directory;
    private final long seed;
    private final List<JournalCorpus.Sample> samples;
    private long found;
    private long harmless;
    private long cutShort;
    private long slowestMillis;
    private long slowest;

    private JournalFuzz(Path directory, long seed, List<JournalCorpus.Sample> samples) {
        this.directory = directory;
        this.seed = seed;
        this.samples = samples;
    }

    /**
     * Writes the journals that will be damaged.
     *
     * @param directory for them and for the damaged copies; the number of the last case is in the file {@code case}, for the case
     *     in which this very process dies of it
     */
    static JournalFuzz prepare(Path directory, long seed) throws IOException {
        return new JournalFuzz(directory, seed, JournalCorpus.write(directory, seed));
    }

    private enum Came {
        FOUND,
        HARMLESS,
        CUT_SHORT
    }

    @Override
    public void run(long number) throws Finding {
        Path copy = directory.resolve("damaged");
        try {
            Files.writeString(directory.resolve("case"), seed + " " + number);
            SplittableRandom random = new SplittableRandom(seed ^ (number * 0x9E37_79B9_7F4A_7C15L));
            JournalCorpus.Sample sample = samples.get(random.nextInt(samples.size()));
            JournalCorpus.copy(sample.directory(), copy);
            JournalDamage.Done done = new JournalDamage(random, sample, copy).strike();
            long startNanos = System.nanoTime();
            try {
                count(inTime(sample, done, copy));
                long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
                slowest = millis > slowestMillis ? number : slowest;
                slowestMillis = Math.max(slowestMillis, millis);
            } catch (Finding finding) {
                throw new Finding(
                        finding.getMessage() + "\n" + sample.name() + ", " + done.file() + ": " + done.what(), finding);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the case cannot be set up", e);
        } finally {
            if (Files.exists(copy)) {
                Directories.delete(copy);
            }
        }
    }

    private void count(Came came) {
        switch (came) {
            case FOUND -> found++;
            case HARMLESS -> harmless++;
            case CUT_SHORT -> cutShort++;
        }
    }

    private static Came inTime(JournalCorpus.Sample sample, JournalDamage.Done done, Path copy) throws Finding {
        ExecutorService reading = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("reading").daemon().factory());
        try {
            Future<Came> came = reading.submit(() -> read(sample, done, copy));
            return came.get(CASE_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new Finding("hangs", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Finding finding) {
                throw finding;
            }
            throw new Finding("it threw " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Finding("interrupted", e);
        } finally {
            reading.shutdownNow();
        }
    }

    private static Came read(JournalCorpus.Sample sample, JournalDamage.Done done, Path copy)
            throws Finding, IOException {
        // Before the journal is opened, which may seal what was left open.
        boolean isWhole = isWhole(copy);
        Path damaged = copy.resolve(done.file());
        byte[] damagedBytes = Files.isRegularFile(damaged) ? Files.readAllBytes(damaged) : new byte[0];
        Came came = readAll(sample, done, copy, damagedBytes);
        // An older manifest is whole in itself; only a start looks for entries that it does not list.
        if (sample.isClosed() && !done.file().equals(Path.of("manifest"))) {
            Finding.require(
                    isWhole == (came != Came.FOUND),
                    isWhole ? "the inspection calls it whole, the reader does not" : "only the inspection finds it");
        }
        return came;
    }

    private static boolean isWhole(Path copy) {
        try {
            return JournalInspection.run(copy, JournalCorpus.OPTIONS, (file, files, sequence) -> {})
                    .isWhole();
        } catch (JournalCorruptException | UncheckedIOException unusable) {
            return false;
        }
    }

    private static Came readAll(JournalCorpus.Sample sample, JournalDamage.Done done, Path copy, byte[] damagedBytes)
            throws Finding {
        List<JournalCorpus.Entry> entries = sample.entries();
        try (ChronicleJournal journal = ChronicleJournal.open(copy, JournalCorpus.OPTIONS);
                JournalReader reader = journal.reader(sample.sequence(0))) {
            requireBeginning(sample, journal, copy);
            int read = 0;
            for (JournalEntry entry = reader.poll(); entry != null; entry = reader.poll()) {
                Finding.require(
                        read < entries.size() && entries.get(read).isEqual(entry),
                        "entry " + sample.sequence(read) + " is not what was written");
                read++;
            }
            Finding.require(
                    sample.sequence(read) == journal.forcedSequence() + 1, "the reader ends before the journal does");
            if (read == entries.size()) {
                return Came.HARMLESS;
            }
            requireExcused(sample, done, read, damagedBytes);
            return Came.CUT_SHORT;
        } catch (JournalCorruptException corrupt) {
            return Came.FOUND;
        }
    }

    private static void requireBeginning(JournalCorpus.Sample sample, ChronicleJournal journal, Path copy)
            throws Finding {
        JournalBeginnings.Beginning beginning = sample.beginning();
        Finding.require(
                journal.firstSequence() == beginning.firstSequence(),
                "it begins at entry " + journal.firstSequence() + ", not at " + beginning.firstSequence());
        Finding.require(
                Arrays.equals(journal.carried().toBytes(), beginning.carried().toBytes()),
                "the carried records are not what was written");
        for (Path removed : beginning.removed()) {
            Finding.require(
                    !Files.exists(copy.resolve(removed.getFileName())),
                    "the removed file " + removed.getFileName() + " is still there");
        }
    }

    /**
     * When a process died, the end of the file that it wrote may be missing without a word: an entry that was not finished looks
     * the same as one that was damaged, and PostgreSQL's checkpoint tells the difference. But then nothing may be left of what
     * came after that entry.
     */
    private static void requireExcused(
            JournalCorpus.Sample sample, JournalDamage.Done done, int read, byte[] damagedBytes) throws Finding {
        List<JournalCorpus.Entry> entries = sample.entries();
        Path open = entries.getLast().file();
        Finding.require(
                !sample.isClosed()
                        && done.file().equals(open)
                        && entries.get(read).file().equals(open),
                "entries from " + sample.sequence(read) + " on are missing, and nobody says so");
        for (int i = read + 1; i < entries.size(); i++) {
            Finding.require(
                    !entries.get(i).isIn(damagedBytes),
                    "entry " + sample.sequence(read) + " and those behind it are left out, though entry "
                            + sample.sequence(i) + " is intact");
        }
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%,d found, %,d harmless (every entry read as written), %,d cut short like an unfinished write; the slowest, case %d, took %,d ms",
                found,
                harmless,
                cutShort,
                slowest,
                slowestMillis);
    }
}
