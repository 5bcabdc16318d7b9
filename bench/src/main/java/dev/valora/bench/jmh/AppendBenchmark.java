package dev.valora.bench.jmh;

import dev.valora.bench.server.Directories;
import dev.valora.bench.server.Distribution;
import dev.valora.ingest.admission.EntryDraft;
import dev.valora.ingest.admission.UsageBatch;
import dev.valora.ingest.journal.ChronicleJournal;
import dev.valora.ingest.journal.DiskLimits;
import dev.valora.ingest.journal.Durability;
import dev.valora.ingest.journal.JournalOptions;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Events a second into the journal, each group sealed and appended before the next, and forced ({@code FSYNC}, as the server
 * does) or not ({@code OS}: the append alone): group commits of 1 to 10,000 events, on the disk that holds the source tree. An
 * iteration's journal is removed after it; the largest groups write some gigabytes in two seconds when nothing is forced.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class AppendBenchmark {

    private final UsageBatch events = new Parsed(10_000).parse();
    private final EntryDraft entry = new EntryDraft();

    /** What a commit waits for. */
    @Param({"FSYNC", "OS"})
    private Durability durability = Durability.FSYNC;

    private Path directory = Path.of("");
    private ChronicleJournal journal = open();

    private ChronicleJournal open() {
        directory = Directories.temporary(Distribution.sourceRoot().resolve("bench/target/jmh"));
        JournalOptions options = JournalOptions.standard(System::nanoTime).with(DiskLimits.NONE, durability);
        return ChronicleJournal.open(directory.resolve("journal"), options);
    }

    /** A journal of its own. */
    @Setup(Level.Iteration)
    public void begin() {
        remove();
        journal = open();
    }

    /** Removes what was written. */
    @TearDown(Level.Trial)
    public void remove() {
        journal.close();
        Directories.delete(directory);
    }

    /** One event a commit. */
    @Benchmark
    public long commit1() {
        return commit(1);
    }

    /** A hundred. */
    @Benchmark
    @OperationsPerInvocation(100)
    public long commit100() {
        return commit(100);
    }

    /** A thousand. */
    @Benchmark
    @OperationsPerInvocation(1_000)
    public long commit1000() {
        return commit(1_000);
    }

    /** Ten thousand. */
    @Benchmark
    @OperationsPerInvocation(10_000)
    public long commit10000() {
        return commit(10_000);
    }

    private long commit(int group) {
        long sequence = journal.forcedSequence() + 1;
        entry.begin(sequence, Parsed.EVENT_MICROS + sequence);
        entry.appendEvents(events.records, 0, Parsed.recordBytes(events, group), group);
        entry.seal();
        journal.commit(entry.bytes(), entry.length());
        return sequence;
    }
}
