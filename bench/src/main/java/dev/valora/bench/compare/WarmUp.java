package dev.valora.bench.compare;

import dev.valora.bench.load.Fates;
import dev.valora.bench.load.LoadPlan;
import dev.valora.bench.load.LoadResult;
import dev.valora.bench.load.LoadRun;
import dev.valora.bench.server.ProcessorUse;
import java.io.IOException;

/**
 * Sends load until the server's JVM has compiled what this load runs through. How long that takes depends on the machine, on the
 * size of requests and on what ran before: on two cores 10 to 30 seconds for single events, a few for later sizes. So it is not a
 * fixed time: it ends when the compilers have taken next to nothing of the server's processor time for a while. One thread.
 */
final class WarmUp {

    private static final int SLICE_SECONDS = 3;
    private static final int CALM_SLICES = 4;
    private static final double CALM_PERCENT = 4;
    private static final int FIRST_BATCH = 100;

    private final Target target;
    private final Traffic traffic;
    private final int connections;
    private final int secondsAtMost;

    /**
     * @param connections of the load
     * @param secondsAtMost for each {@link #run}
     */
    WarmUp(Target target, Traffic traffic, int connections, int secondsAtMost) {
        this.target = target;
        this.traffic = traffic;
        this.connections = connections;
        this.secondsAtMost = secondsAtMost;
    }

    /** What a new server gets, before any batch size is measured. */
    void first(Candidate candidate) throws IOException, InterruptedException {
        run(candidate.takes(FIRST_BATCH) ? FIRST_BATCH : 1);
    }

    /** Sends requests of a batch size and returns how many seconds that took; everything is counted then. */
    int run(int batch) throws IOException, InterruptedException {
        Fates sent = Fates.NONE;
        LoadResult last;
        int seconds = 0;
        int calm = 0;
        do {
            ProcessorUse before = target.processorUse();
            last = LoadRun.run(traffic.next(
                    target, connections, batch, LoadPlan.Pace.CLOSED, Traffic.Phase.ofSeconds(0, SLICE_SECONDS)));
            sent = sent.plus(last.total());
            seconds += SLICE_SECONDS;
            calm = Figure.compilingPercent(target.processorUse().since(before)) < CALM_PERCENT ? calm + 1 : 0;
        } while (calm < CALM_SLICES && seconds + SLICE_SECONDS <= secondsAtMost);
        target.settle(sent);
        return seconds;
    }
}
