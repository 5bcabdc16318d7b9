package dev.valora.bench.compare;

import dev.valora.bench.load.LoadResult;
import dev.valora.bench.server.ProcessorUse;
import java.time.Duration;

/**
 * One measurement.
 *
 * @param candidate measured
 * @param batch events a request
 * @param result of the load
 * @param used processor time of the server from the first request until everything was counted
 * @param background what the server did behind its answers in the same time
 * @param settled how long the server took after the load until everything was counted
 */
record Figure(
        Candidate candidate,
        int batch,
        LoadResult result,
        ProcessorUse used,
        Target.Background background,
        Duration settled) {

    private static final double NANOS_A_MICRO = 1e3;

    /** Processor time an event in microseconds. */
    double microsPerEvent(Duration used) {
        return used.toNanos() / NANOS_A_MICRO / Math.max(1, result.total().events());
    }

    /** The part of the server's own processor time that went into compiling it, in percent. */
    double compilingPercent() {
        return compilingPercent(used);
    }

    /** The same of any use. */
    static double compilingPercent(ProcessorUse use) {
        return 100.0 * use.compiling().toNanos() / Math.max(1, use.own().total().toNanos());
    }

    /** Rows of windows written a second. */
    double windowRowsPerSecond() {
        return background.windowRows() / seconds();
    }

    /** Events a group commit. */
    double eventsPerCommit() {
        return (double) result.total().accepted() / Math.max(1, background.commits());
    }

    private double seconds() {
        return Math.max(1, result.acknowledgedBySecond().size());
    }

    /** Whether a request was not answered as it should have been. */
    boolean hasFailures() {
        return result.total().events() != result.total().acknowledged();
    }
}
