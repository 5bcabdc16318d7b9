package dev.valora.bench.compare;

import dev.valora.bench.load.LoadResult;
import java.time.Duration;

/**
 * One measurement.
 *
 * @param candidate measured
 * @param batch events a request
 * @param result of the load
 * @param serverCpu processor time of the server from the warm-up's begin to the last answer
 * @param settled how long the server took after the load until everything was counted
 */
record Figure(Candidate candidate, int batch, LoadResult result, Duration serverCpu, Duration settled) {

    /** Processor time of the server an event in microseconds, warm-up included. */
    double serverMicrosPerEvent() {
        return serverCpu.toNanos() / 1e3 / Math.max(1, result.total().events());
    }

    /** Whether a request was not answered as it should have been. */
    boolean hasFailures() {
        return result.total().events() != result.total().acknowledged();
    }
}
