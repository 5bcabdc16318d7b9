package dev.valora.bench.load;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Adds up while one thread sends. Times are nanoseconds since the start of the run. That thread only. */
final class RunningTally {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final long LONGEST_NANOS = TimeUnit.HOURS.toNanos(3);
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final Arrivals arrivals;
    private final long fromNanos;
    private final long stopNanos;
    private final Histogram latencies = new Histogram(LONGEST_NANOS, 3);
    private final Histogram behind = new Histogram(LONGEST_NANOS, 3);
    private final long[] acknowledgedBySecond;

    private Fates total = Fates.NONE;
    private Fates measured = Fates.NONE;
    private long lastMeasuredNanos;
    private long unsent;
    private boolean measuring;
    private long cpuAtMeasureStart;
    private long cpuNanos;

    RunningTally(LoadPlan plan, Arrivals arrivals) {
        this.arrivals = arrivals;
        this.fromNanos = plan.bounds().warmUp().toNanos();
        this.stopNanos = fromNanos + plan.bounds().measured().toNanos();
        this.lastMeasuredNanos = fromNanos;
        this.acknowledgedBySecond = new long[Math.toIntExact((stopNanos - 1) / NANOS_PER_SECOND + 1)];
    }

    /**
     * A request was answered.
     *
     * @param meantNanos when it was meant to be sent
     * @param sentNanos when it was
     */
    void answered(Fates fates, long meantNanos, long sentNanos, long nowNanos) {
        total = total.plus(fates);
        int second = (int) (nowNanos / NANOS_PER_SECOND);
        if (second < acknowledgedBySecond.length) {
            acknowledgedBySecond[second] += fates.acknowledged();
        }
        if (!measuring && nowNanos >= fromNanos) {
            measuring = true;
            cpuAtMeasureStart = THREADS.getCurrentThreadCpuTime();
        }
        if (arrivals.isMeasured(meantNanos, nowNanos)) {
            measured = measured.plus(fates);
            latencies.recordValue(nowNanos - meantNanos);
            behind.recordValue(sentNanos - meantNanos);
            lastMeasuredNanos = Math.max(lastMeasuredNanos, nowNanos);
        }
        if (nowNanos > stopNanos) {
            markCpu();
        }
    }

    /**
     * A request got no answer and no longer waits for one. It has waited until now, and is counted as if it had been answered, so
     * that the percentiles do not gain by it.
     *
     * @param meantNanos when it was meant to be sent
     */
    void unanswered(int events, long meantNanos, long nowNanos) {
        Fates fates = Fates.unknown(events);
        total = total.plus(fates);
        if (arrivals.isMeasured(meantNanos, nowNanos)) {
            measured = measured.plus(fates);
            latencies.recordValue(nowNanos - meantNanos);
        }
    }

    /**
     * A request that was meant to be sent never was: it has waited until the end of the run at least, and is counted as if it
     * had been answered then, so that the percentiles do not gain by it.
     */
    void neverSent(long meantNanos) {
        unsent++;
        latencies.recordValue(stopNanos - meantNanos);
        behind.recordValue(stopNanos - meantNanos);
    }

    private void markCpu() {
        if (cpuNanos == 0 && measuring) {
            cpuNanos = THREADS.getCurrentThreadCpuTime() - cpuAtMeasureStart;
        }
    }

    LoadTally result() {
        markCpu();
        return new LoadTally(
                total,
                measured,
                new LoadTally.Times(latencies, behind, lastMeasuredNanos - fromNanos, cpuNanos),
                unsent,
                Arrays.stream(acknowledgedBySecond).boxed().toList());
    }
}
