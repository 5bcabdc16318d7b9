package dev.valora.bench.jmh;

import dev.valora.ingest.admission.DedupIndex;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.AuxCounters;
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
 * An index that grows from nothing to the wanted size, with another thread finding memory ahead as in the server. Beside the
 * time of it all it tells the longest time that a hundred claims took: growth is what makes them long, if the system leaves the
 * thread alone.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 2)
@Fork(1)
public class GrowBenchmark {

    private static final int CLAIMS = 100;
    private static final long SEED = 20_261_122;
    private static final long PAUSE_NANOS = 20_000_000;

    /** Keys in the index at the end. */
    @Param({"10000000", "40000000"})
    private int keys;

    private DedupIndex index = new DedupIndex();
    private volatile boolean growing;
    private Thread memory = new Thread(this::prepare);

    /** What JMH prints beside the time. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Stops {

        /** The longest time that a hundred claims took. */
        public long longestMicros;

        /** Hundreds of claims that took longer than 10 ms. */
        public long beyondTenMillis;

        /** Bytes in use, for each key. */
        public long bytesAKey;
    }

    /** An empty index, and the thread that finds memory for it. */
    @Setup(Level.Iteration)
    public void begin() {
        index.close();
        index = new DedupIndex();
        growing = true;
        memory = new Thread(this::prepare, "memory");
        memory.start();
    }

    private void prepare() {
        while (growing) {
            if (!index.memoryAhead().findNear()) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** Ends the thread. */
    @TearDown(Level.Iteration)
    public void end() throws InterruptedException {
        growing = false;
        memory.join();
    }

    /** Gives the memory back. */
    @TearDown(Level.Trial)
    public void release() {
        index.close();
    }

    /** Claims all keys. */
    @Benchmark
    public long grow(Stops stops) {
        SplittableRandom random = new SplittableRandom(SEED);
        long before = System.nanoTime();
        for (int i = 1; i <= keys; i++) {
            index.claim(random.nextLong(), random.nextLong(), i, i);
            if (i % CLAIMS == 0) {
                long now = System.nanoTime();
                long micros = (now - before) / 1_000;
                stops.longestMicros = Math.max(stops.longestMicros, micros);
                stops.beyondTenMillis += micros > 10_000 ? 1 : 0;
                before = now;
            }
        }
        stops.bytesAKey = index.bytes() / keys;
        return index.size();
    }
}
