package dev.valora.bench.compare;

import dev.valora.bench.load.LoadPlan;
import dev.valora.bench.load.LoadResult;
import dev.valora.bench.load.LoadRun;
import dev.valora.bench.server.ProcessorUse;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures Valora and the reference servers in turns and prints the table. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = {
            "Valora beside servers that do less: (b) throws bodies away, (p) reads every token of them, (e) makes objects of the events and throws those away, (c) stores the one event of a request with an INSERT, (d) all events of a request with one.",
            "In each round each server is started anew, alone, and gets every batch size; the order turns from round to round."
        })
public final class CompareCommand implements Callable<Integer> {

    private final InstantSource clock;

    @Mixin
    private RunOptions run = new RunOptions();

    @Option(names = "--seconds", defaultValue = "6", description = "measured, for each server and batch size")
    private int seconds;

    @Option(names = "--connections", defaultValue = "64", description = "each with one request in flight")
    private int connections;

    @Option(names = "--servers", split = ",", description = "only these: ${COMPLETION-CANDIDATES}")
    private @Nullable List<Candidate> servers;

    /** @param clock for the events' time and the numbers of the runs */
    public CompareCommand(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        String facts = run.machine();
        List<Figure> figures = new ArrayList<>();
        LoadPlan.Windows windows = run.windows(clock.instant());
        for (int round = 0; round < run.rounds(); round++) {
            for (Candidate candidate : order(round)) {
                windows = run.windows(clock.instant());
                try (Target target = start(candidate, windows)) {
                    figures.addAll(measure(round, candidate, target, new Traffic(windows)));
                }
            }
        }
        System.out.println("\n" + facts + "- " + Traffic.facts(windows) + "\n- " + connections
                + " connections, 1 generator thread on the same cores; " + run.rounds() + " rounds of " + seconds
                + " s, each after a warm-up; median (lowest–highest)\n");
        System.out.print(new Table(figures).toMarkdown());
        return figures.stream().anyMatch(Figure::hasFailures) ? 1 : 0;
    }

    private List<Candidate> order(int round) {
        List<Candidate> all = servers == null ? List.of(Candidate.values()) : servers;
        List<Candidate> turned = new ArrayList<>(all);
        java.util.Collections.rotate(turned, -round);
        return turned;
    }

    private Target start(Candidate candidate, LoadPlan.Windows windows) throws IOException, InterruptedException {
        return candidate.kind().isPresent()
                ? ReferenceTarget.start(candidate.kind().get(), run.parent())
                : ValoraTarget.start(run.parent(), windows);
    }

    private List<Figure> measure(int round, Candidate candidate, Target target, Traffic traffic)
            throws IOException, InterruptedException {
        WarmUp warmUps = new WarmUp(target, traffic, connections, run.warmUp());
        warmUps.first(candidate);
        List<Figure> figures = new ArrayList<>();
        for (int batch : run.batches().stream().filter(candidate::takes).toList()) {
            int warmUpSeconds = warmUps.run(batch);
            ProcessorUse usedBefore = target.processorUse();
            Target.Background before = target.background();
            LoadResult result = load(target, traffic, batch);
            Duration settled = target.settle(result.total());
            Figure figure = new Figure(
                    candidate,
                    batch,
                    result,
                    target.processorUse().since(usedBefore),
                    target.background().since(before),
                    settled);
            figures.add(figure);
            System.out.printf(
                    Locale.ROOT,
                    "round %d, %s, %d events a request: %,.0f events/s, p99 %.2f ms, after %d s of warm-up compiling %.0f %%%s%n",
                    round + 1,
                    candidate.title(),
                    batch,
                    result.eventsPerSecond(),
                    result.latency().p99Millis(),
                    warmUpSeconds,
                    figure.compilingPercent(),
                    figure.hasFailures() ? ", NOT ALL ACKNOWLEDGED: " + result.total() : "");
        }
        return figures;
    }

    private LoadResult load(Target target, Traffic traffic, int batch) throws InterruptedException {
        Traffic.Phase phase = Traffic.Phase.ofSeconds(0, seconds);
        return LoadRun.run(traffic.next(target, connections, batch, LoadPlan.Pace.CLOSED, phase));
    }
}
