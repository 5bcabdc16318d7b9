package dev.valora.bench.compare;

import dev.valora.bench.load.LoadPlan;
import dev.valora.bench.load.LoadResult;
import dev.valora.bench.load.LoadRun;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how long Valora's acknowledgements take at half of what it can take. */
@Command(
        name = "half-load",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = {
            "Finds what Valora takes in a closed loop, then sends half of that in an open loop and prints the latencies.",
            "They run from when a request was meant to be sent. In each round the server is started anew."
        })
public final class HalfLoadCommand implements Callable<Integer> {

    private static final int OPEN_WARM_UP_SECONDS = 2;
    private static final int FULL_PERCENT = 100;

    private final InstantSource clock;

    @Mixin
    private RunOptions run = new RunOptions();

    @Option(names = "--percent", defaultValue = "50", description = "of the closed loop's events a second, 1 to 100")
    private int percent;

    @Option(names = "--seconds", defaultValue = "10", description = "of each open loop")
    private int seconds;

    @Option(names = "--most-seconds", defaultValue = "5", description = "of each closed loop before")
    private int mostSeconds;

    @Option(names = "--connections", defaultValue = "64", description = "of the closed loop")
    private int connections;

    @Option(names = "--open-connections", defaultValue = "256", description = "of the open loop, more than it needs")
    private int openConnections;

    /** @param clock for the events' time */
    public HalfLoadCommand(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (percent < 1 || percent > FULL_PERCENT) {
            throw new IllegalArgumentException("the share must be 1 to 100 percent");
        }
        String facts = run.machine();
        List<PacedFigure> figures = new ArrayList<>();
        LoadPlan.Windows windows = run.windows(clock.instant());
        for (int round = 1; round <= run.rounds(); round++) {
            windows = run.windows(clock.instant());
            try (Target target = ValoraTarget.start(run.parent(), windows)) {
                measure(round, target, new Traffic(windows), figures);
            }
        }
        System.out.println("\n" + facts + "- " + Traffic.facts(windows) + "\n- one generator thread on the same cores; "
                + run.rounds() + " rounds; " + connections + " connections and " + mostSeconds
                + " s to find the most, then " + openConnections + " connections and " + seconds + " s at " + percent
                + " % of it; median (lowest–highest)\n");
        System.out.print(table(figures));
        return figures.stream().anyMatch(PacedFigure::hasFailures) ? 1 : 0;
    }

    private void measure(int round, Target target, Traffic traffic, List<PacedFigure> figures)
            throws IOException, InterruptedException {
        WarmUp warmUps = new WarmUp(target, traffic, connections, run.warmUp());
        warmUps.first(Candidate.VALORA);
        for (int batch : run.batches()) {
            warmUps.run(batch);
            LoadResult most =
                    run(target, traffic, batch, LoadPlan.Pace.CLOSED, Traffic.Phase.ofSeconds(0, mostSeconds));
            long rate = Math.max(1, Math.round(most.eventsPerSecond() * percent / FULL_PERCENT));
            LoadResult result = run(
                    target,
                    traffic,
                    batch,
                    new LoadPlan.Pace.OpenLoop(rate),
                    Traffic.Phase.ofSeconds(OPEN_WARM_UP_SECONDS, seconds));
            PacedFigure figure = new PacedFigure(batch, most, rate, result);
            figures.add(figure);
            System.out.printf(
                    Locale.ROOT,
                    "round %d, %d events a request: at most %,.0f events/s; at %,d events/s p50 %.2f ms, p99 %.2f ms%s%n",
                    round,
                    batch,
                    most.eventsPerSecond(),
                    rate,
                    result.latency().p50Millis(),
                    result.latency().p99Millis(),
                    figure.hasFailures() ? ", NOT ALL ACKNOWLEDGED: " + result.total() : "");
        }
    }

    private LoadResult run(Target target, Traffic traffic, int batch, LoadPlan.Pace pace, Traffic.Phase phase)
            throws IOException, InterruptedException {
        int open = pace instanceof LoadPlan.Pace.OpenLoop ? openConnections : connections;
        LoadResult result = LoadRun.run(traffic.next(target, open, batch, pace, phase));
        target.settle(result.total());
        return result;
    }

    private String table(List<PacedFigure> figures) {
        StringBuilder table = new StringBuilder("""
                | events a request | most events/s | offered events/s | answered events/s | p50 ms | p90 ms | p99 ms | p99.9 ms | max ms | sent late p99 ms | never sent |
                |---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
                """);
        for (int batch : run.batches()) {
            List<PacedFigure> cell =
                    figures.stream().filter(figure -> figure.batch() == batch).toList();
            table.append(String.format(
                    Locale.ROOT,
                    "| %,d | %s | %s | %s | %s | %s | %s | %s | %s | %s | %,d |%n",
                    batch,
                    whole(cell, figure -> figure.most().eventsPerSecond()),
                    whole(cell, PacedFigure::offeredPerSecond),
                    whole(cell, figure -> figure.result().eventsPerSecond()),
                    millis(cell, figure -> figure.result().latency().p50Millis()),
                    millis(cell, figure -> figure.result().latency().p90Millis()),
                    millis(cell, figure -> figure.result().latency().p99Millis()),
                    millis(cell, figure -> figure.result().latency().p999Millis()),
                    millis(cell, figure -> figure.result().latency().maxMillis()),
                    millis(cell, figure -> figure.result().behind().p99Millis()),
                    cell.stream()
                            .mapToLong(figure -> figure.result().behind().unsentRequests())
                            .sum()));
        }
        return table.toString();
    }

    private static String whole(List<PacedFigure> cell, ToDoubleFunction<PacedFigure> value) {
        return Spread.of(cell, value).toText("%,.0f");
    }

    private static String millis(List<PacedFigure> cell, ToDoubleFunction<PacedFigure> value) {
        return Spread.of(cell, value).toText("%.2f");
    }
}
