package dev.valora.bench.compare;

import dev.valora.bench.load.LoadPlan;
import dev.valora.bench.load.LoadResult;
import dev.valora.bench.load.LoadRun;
import dev.valora.bench.reference.ReferenceKind;
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
            "Valora beside a server that throws bodies away (b) and one that parses them and throws the events away (p).",
            "In each round each server is started anew, alone, and gets every batch size; the order turns from round to round."
        })
public final class CompareCommand implements Callable<Integer> {

    private static final int FIRST_WARM_UP_BATCH = 100;

    private final InstantSource clock;

    @Mixin
    private RunOptions run = new RunOptions();

    @Option(names = "--seconds", defaultValue = "4", description = "measured, for each server and batch size")
    private int seconds;

    @Option(names = "--warm-up", defaultValue = "2", description = "seconds before each measurement")
    private int warmUp;

    @Option(names = "--first-warm-up", defaultValue = "6", description = "seconds after each start of a server")
    private int firstWarmUp;

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
                + " s after " + warmUp + " s of warm-up; median (lowest–highest)\n");
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
        return switch (candidate) {
            case VALORA -> ValoraTarget.start(run.parent(), windows);
            case THROW_AWAY -> ReferenceTarget.start(ReferenceKind.THROW_AWAY);
            case PARSE_ONLY -> ReferenceTarget.start(ReferenceKind.PARSE_ONLY);
        };
    }

    private List<Figure> measure(int round, Candidate candidate, Target target, Traffic traffic)
            throws IOException, InterruptedException {
        LoadResult warmedUp = load(target, traffic, FIRST_WARM_UP_BATCH, Traffic.Phase.ofSeconds(0, firstWarmUp));
        target.settle(warmedUp);
        List<Figure> figures = new ArrayList<>();
        for (int batch : run.batches()) {
            Duration cpuBefore = target.processorTime();
            LoadResult result = load(target, traffic, batch, Traffic.Phase.ofSeconds(warmUp, seconds));
            Duration cpu = target.processorTime().minus(cpuBefore);
            Figure figure = new Figure(candidate, batch, result, cpu, target.settle(result));
            figures.add(figure);
            System.out.printf(
                    Locale.ROOT,
                    "round %d, %s, %d events a request: %,.0f events/s, p99 %.2f ms%s%n",
                    round + 1,
                    candidate.title(),
                    batch,
                    result.eventsPerSecond(),
                    result.latency().p99Millis(),
                    figure.hasFailures() ? ", NOT ALL ACKNOWLEDGED: " + result.total() : "");
        }
        return figures;
    }

    private LoadResult load(Target target, Traffic traffic, int batch, Traffic.Phase phase)
            throws InterruptedException {
        return LoadRun.run(traffic.next(target, connections, batch, LoadPlan.Pace.CLOSED, phase));
    }
}
