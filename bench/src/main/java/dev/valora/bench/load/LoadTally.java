package dev.valora.bench.load;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What one sending thread counted.
 *
 * @param total of the whole run, warm-up and what was in flight at the end included
 * @param measured of the measured requests
 * @param times of the measured requests
 * @param unsent requests that were meant to be sent and never were
 * @param acknowledgedBySecond events acknowledged in each second of the run, warm-up included
 */
record LoadTally(Fates total, Fates measured, Times times, long unsent, List<Long> acknowledgedBySecond) {

    LoadTally {
        acknowledgedBySecond = List.copyOf(acknowledgedBySecond);
    }

    /**
     * In nanoseconds.
     *
     * @param latencies from when a request was meant to be sent to the end of its answer
     * @param behind from when it was meant to be sent to when it was
     * @param measuredNanos from the end of the warm-up to the last measured answer
     * @param cpuNanos that the thread used in the measured time
     */
    record Times(Histogram latencies, Histogram behind, long measuredNanos, long cpuNanos) {}
}
