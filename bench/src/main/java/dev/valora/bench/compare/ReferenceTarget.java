package dev.valora.bench.compare;

import dev.valora.bench.load.LoadResult;
import dev.valora.bench.reference.ReferenceKind;
import dev.valora.bench.server.BenchProcess;
import dev.valora.bench.server.ReadyProcess;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** A reference server in a process of its own. */
final class ReferenceTarget implements Target {

    private final ReadyProcess process;
    private final URI address;

    private ReferenceTarget(ReadyProcess process) {
        this.process = process;
        this.address = URI.create(process.readyLine().split(" ", -1)[1]);
    }

    static ReferenceTarget start(ReferenceKind kind) throws InterruptedException {
        return new ReferenceTarget(BenchProcess.start(List.of("reference", "--kind", kind.name())));
    }

    @Override
    public URI address() {
        return address;
    }

    @Override
    public String key() {
        return "unread";
    }

    @Override
    public Duration processorTime() {
        return process.processorTime();
    }

    @Override
    public Duration settle(LoadResult result) {
        return Duration.ZERO;
    }

    @Override
    public void close() {
        process.close();
    }
}
