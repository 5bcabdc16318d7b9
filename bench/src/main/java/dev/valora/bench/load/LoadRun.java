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
            workers.awaitTermination(2, TimeUnit.HOURS);
            return add(running);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the load generator failed: " + e.getCause(), e);
        }
    }

    private static LoadResult add(List<Future<LoadTally>> running) throws InterruptedException, ExecutionException {
        Fates total = Fates.NONE;
        Fates measured = Fates.NONE;
        Histogram latencies = new Histogram(3);
        long measuredNanos = 0;
        long cpuNanos = 0;
        for (Future<LoadTally> worker : running) {
            LoadTally tally = worker.get();
            total = total.plus(tally.total());
            measured = measured.plus(tally.measured());
            latencies.add(tally.latencies());
            measuredNanos = Math.max(measuredNanos, tally.measuredNanos());
            cpuNanos += tally.cpuNanos();
        }
        LoadResult.Latency latency = new LoadResult.Latency(
                latencies.getValueAtPercentile(50) / NANOS_PER_MILLI,
                latencies.getValueAtPercentile(99) / NANOS_PER_MILLI,
                latencies.getMaxValue() / NANOS_PER_MILLI);
        return new LoadResult(total, measured, measuredNanos / NANOS_PER_SECOND, latency, cpuNanos / 1e3);
    }
}
