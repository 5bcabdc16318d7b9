package dev.valora.bench.jmh;

import dev.valora.ingest.admission.EntryDraft;
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

/**
 * Events a second into sealed entries: the copy of their records, the header and the checksum over all of it. Records themselves
 * are written while they are parsed, and measured there.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class EncodeBenchmark {

    private final UsageBatch events = new Parsed(1_000).parse();
    private final EntryDraft entry = new EntryDraft();
    private long sequence;

    /** An entry of one event. */
    @Benchmark
    public int encode1() {
        return encode(1);
    }

    /** Of a hundred. */
    @Benchmark
    @OperationsPerInvocation(100)
    public int encode100() {
        return encode(100);
    }

    /** Of a thousand. */
    @Benchmark
    @OperationsPerInvocation(1_000)
    public int encode1000() {
        return encode(1_000);
    }

    private int encode(int group) {
        entry.begin(++sequence, Parsed.EVENT_MICROS + sequence);
        entry.appendEvents(events.records, 0, Parsed.recordBytes(events, group), group);
        entry.seal();
        return entry.length();
    }
}
