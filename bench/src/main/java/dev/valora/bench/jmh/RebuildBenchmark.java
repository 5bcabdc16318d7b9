package dev.valora.bench.jmh;

import dev.valora.bench.server.Directories;
import dev.valora.bench.server.Distribution;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.admission.DedupIndex;
import dev.valora.ingest.admission.EntryDraft;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.admission.UsageBatch;
import dev.valora.ingest.intake.JournalReplay;
import dev.valora.ingest.journal.ChronicleJournal;
import dev.valora.ingest.journal.JournalOptions;
import dev.valora.ingest.keys.KeyFiles;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The time in which a start knows all keys again: from the journal alone, from the journal while writing the key files, and
 * from key files. The files were just written, so the disk is not asked; 190 bytes an event.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(1)
public class RebuildBenchmark {

    private static final int EVENTS_AN_ENTRY = 1_000;

    /** Events in the journal, each with a key of its own. */
    @Param("10000000")
    private int events;

    private final Path directory =
            Directories.temporary(Distribution.sourceRoot().resolve("bench/target/jmh"));
    private final Parsed parsed = new Parsed(EVENTS_AN_ENTRY);
    private ChronicleJournal journal = open();

    private ChronicleJournal open() {
        return ChronicleJournal.open(directory.resolve("journal"), JournalOptions.standard(System::nanoTime));
    }

    private static EventHash hash() {
        return new EventHash(new byte[EventHash.SECRET_BYTES]);
    }

    /** Writes the journal, and its key files. */
    @Setup(Level.Trial)
    public void write() {
        EntryDraft entry = new EntryDraft();
        for (long first = 0; first < events; first += EVENTS_AN_ENTRY) {
            UsageBatch batch = parsed.parse(first);
            entry.begin(journal.forcedSequence() + 1, Parsed.EVENT_MICROS + first);
            entry.appendEvents(batch.records, 0, batch.recordsLength(), batch.size());
            entry.seal();
            journal.commit(entry.bytes(), entry.length());
        }
        journal.close();
        journal = open();
        fromKeyFiles();
    }

    /** Removes what was written. */
    @TearDown(Level.Trial)
    public void remove() {
        journal.close();
        Directories.delete(directory);
    }

    /** Reads the journal. */
    @Benchmark
    public long fromJournal() {
        try (DedupIndex index = new DedupIndex()) {
            return new JournalReplay(hash(), index, new MeterDirectory())
                    .run(journal, (events, sequence, forcedSequence) -> {})
                    .events();
        }
    }

    /** Reads the journal and writes the key files. */
    @Benchmark
    public long fromJournalWritingKeyFiles() {
        Path elsewhere = Directories.temporary(directory);
        try {
            return rebuild(elsewhere).events();
        } finally {
            Directories.delete(elsewhere);
        }
    }

    /** Reads the key files. */
    @Benchmark
    public long fromKeyFiles() {
        return rebuild(directory.resolve("keys")).keys();
    }

    private JournalReplay.Counts rebuild(Path keys) {
        try (DedupIndex index = new DedupIndex()) {
            return new JournalReplay(hash(), index, new MeterDirectory())
                    .run(journal, new KeyFiles(keys, journal.id(), hash()), (events, sequence, forcedSequence) -> {});
        }
    }
}
