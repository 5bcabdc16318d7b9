package dev.valora.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Runs a plan with its threads and adds up what they counted. */
public final class LoadRun {

    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    private LoadRun() {}

    /**
     * Runs the plan to its end. Blocks for at most its bounds and one answer time-out.
     *
     * @throws IllegalStateException when a worker could not connect or broke
     */
    public static LoadResult run(LoadPlan plan) throws InterruptedException {
        int threads = plan.shape().threads();
        List<Future<LoadTally>> running = new ArrayList<>();
        try (ExecutorService workers = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().name("load-", 0).factory())) {
            long startNanos = System.nanoTime();
            for (int thread = 0; thread < threads; thread++) {
                running.add(workers.submit(new LoadWorker(plan, thread, startNanos)));
            }
            workers.shutdown();
            workers.awaitTermination(3, TimeUnit.HOURS);
            return add(running);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the load generator failed: " + e.getCause(), e);
        }
    }

    private static LoadResult add(List<Future<LoadTally>> running) throws InterruptedException, ExecutionException {
        Fates total = Fates.NONE;
        Fates measured = Fates.NONE;
        Histogram latencies = new Histogram(3);
        Histogram behind = new Histogram(3);
        long measuredNanos = 0;
        long cpuNanos = 0;
        long unsent = 0;
        List<Long> bySecond = List.of();
        for (Future<LoadTally> worker : running) {
            LoadTally tally = worker.get();
            total = total.plus(tally.total());
            measured = measured.plus(tally.measured());
            latencies.add(tally.times().latencies());
            behind.add(tally.times().behind());
            measuredNanos = Math.max(measuredNanos, tally.times().measuredNanos());
            cpuNanos += tally.times().cpuNanos();
            unsent += tally.unsent();
            bySecond = sum(bySecond, tally.acknowledgedBySecond());
        }
        LoadResult.Times times = new LoadResult.Times(
                measuredNanos / NANOS_PER_SECOND,
                latency(latencies),
                new LoadResult.Behind(millis(behind, 99), behind.getMaxValue() / NANOS_PER_MILLI, unsent),
                cpuNanos / 1e3);
        return new LoadResult(total, measured, times, bySecond);
    }

    private static LoadResult.Latency latency(Histogram latencies) {
        return new LoadResult.Latency(
                millis(latencies, 50),
                millis(latencies, 90),
                millis(latencies, 99),
                millis(latencies, 99.9),
                latencies.getMaxValue() / NANOS_PER_MILLI);
    }

    private static double millis(Histogram nanos, double percentile) {
        return nanos.getValueAtPercentile(percentile) / NANOS_PER_MILLI;
    }

    /** Both have one number a second of the same run; the first may be empty. */
    private static List<Long> sum(List<Long> some, List<Long> more) {
        List<Long> sum = new ArrayList<>(more);
        for (int i = 0; i < some.size(); i++) {
            sum.set(i, more.get(i) + some.get(i));
        }
        return sum;
    }
}
