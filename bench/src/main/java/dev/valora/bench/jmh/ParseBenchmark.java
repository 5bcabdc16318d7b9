package dev.valora.bench.jmh;

import dev.valora.ingest.admission.UsageBatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Events a second from the bytes of a body to hashed journal records, on one thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ParseBenchmark {

    private final Parsed one = new Parsed(1);
    private final Parsed hundred = new Parsed(100);
    private final Parsed thousand = new Parsed(1_000);

    /** A body of one event. */
    @Benchmark
    public UsageBatch parse1() {
        return one.parse();
    }

    /** A body of a hundred. */
    @Benchmark
    @OperationsPerInvocation(100)
    public UsageBatch parse100() {
        return hundred.parse();
    }

    /** A body of a thousand. */
    @Benchmark
    @OperationsPerInvocation(1_000)
    public UsageBatch parse1000() {
        return thousand.parse();
    }
}
