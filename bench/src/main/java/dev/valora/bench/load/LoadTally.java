package dev.valora.bench.load;

import org.HdrHistogram.Histogram;

/**
 * What one sending thread counted.
 *
 * @param total of the whole run, warm-up and what was in flight at the end included
 * @param measured of the answers read in the measured time
 * @param latencies of the measured requests in nanoseconds
 * @param measuredNanos from the end of the warm-up to the last measured answer
 * @param cpuNanos that the thread used in the measured time
 */
record LoadTally(Fates total, Fates measured, Histogram latencies, long measuredNanos, long cpuNanos) {}
