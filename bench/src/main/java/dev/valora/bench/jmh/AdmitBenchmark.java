package dev.valora.bench.jmh;

import dev.valora.ingest.Position;
import dev.valora.ingest.admission.Admission;
import dev.valora.ingest.admission.DedupIndex;
import dev.valora.ingest.admission.EntryDraft;
import dev.valora.ingest.admission.UsageBatch;
import dev.valora.ingest.admission.Verdict;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
 * Events a second through admission into an entry, a thousand at a time: the look-up and claim of each key, and the copy of
 * its record. An index of the wanted size is built before each iteration.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AdmitBenchmark {

    private static final int EVENTS = 1_000;
    private static final int AGE_DAYS_MAX = 90;
    private static final long SEED = 20_261_122;

    /** Keys in the index when an iteration begins; 100 million take 5.3 GB beside the heap. */
    @Param("10000000")
    private int keys;

    private final Parsed parsed = new Parsed(EVENTS);
    private final EntryDraft entry = new EntryDraft();
    private UsageBatch batch = parsed.parse();
    private SplittableRandom random = new SplittableRandom(SEED);
    private DedupIndex index = new DedupIndex();
    private Admission admission = new Admission(index, AGE_DAYS_MAX);
    private long sequence;

    /** Builds the index as a start does: partition after partition, each at once as large as it must be, on all cores. */
    @Setup(Level.Iteration)
    public void fill() {
        random = new SplittableRandom(SEED);
        index.close();
        index = new DedupIndex();
        IntStream.range(0, DedupIndex.PARTITIONS).parallel().forEach(this::fill);
        admission = new Admission(index, AGE_DAYS_MAX);
        batch = parsed.parse();
    }

    private void fill(int partition) {
        SplittableRandom hashes = new SplittableRandom(SEED + 1 + partition);
        long first = (long) keys * partition / DedupIndex.PARTITIONS;
        long end = (long) keys * (partition + 1) / DedupIndex.PARTITIONS;
        DedupIndex.Loader loader = index.loader();
        loader.reserve(partition, Math.toIntExact(end - first));
        for (long key = first; key < end; key++) {
            long high = (long) partition << (Long.SIZE - DedupIndex.PARTITION_BITS)
                    | hashes.nextLong() >>> DedupIndex.PARTITION_BITS;
            loader.claim(high, hashes.nextLong(), key, Position.pack(1 + key, 0));
        }
    }

    /** Gives its memory back. */
    @TearDown(Level.Trial)
    public void release() {
        index.close();
    }

    /** Keys that were never seen. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public int admitNew() {
        for (int i = 0; i < EVENTS; i++) {
            batch.hashHigh[i] = random.nextLong();
            batch.hashLow[i] = random.nextLong();
        }
        return admit();
    }

    /** The same keys each time, so that all but the first time each is found, and found hot. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public int admitDuplicates() {
        return admit();
    }

    private int admit() {
        Arrays.fill(batch.verdict, 0, EVENTS, Verdict.ACCEPTED);
        entry.begin(++sequence, Parsed.EVENT_MICROS);
        admission.admit(batch, entry);
        return batch.accepted();
    }
}
