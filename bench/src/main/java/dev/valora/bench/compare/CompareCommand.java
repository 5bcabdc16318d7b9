package dev.valora.bench.compare;

import dev.valora.bench.load.LoadPlan;
import dev.valora.bench.load.LoadResult;
import dev.valora.bench.load.LoadRun;
import dev.valora.bench.reference.ReferenceKind;
import dev.valora.bench.server.Directories;
import dev.valora.bench.server.Distribution;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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

    private static final long EVENTS_AT_MOST = 100_000_000;
    private static final int FIRST_WARM_UP_BATCH = 100;

    private final InstantSource clock;

    @Option(names = "--rounds", defaultValue = "3", description = "1 to 20")
    private int rounds;

    @Option(names = "--batches", split = ",", defaultValue = "1,100,1000", description = "events a request")
    private List<Integer> batches = List.of();

    @Option(names = "--seconds", defaultValue = "4", description = "measured, for each server and batch size")
    private int seconds;

    @Option(names = "--warm-up", defaultValue = "2", description = "seconds before each measurement")
    private int warmUp;

    @Option(names = "--first-warm-up", defaultValue = "6", description = "seconds after each start of a server")
    private int firstWarmUp;

    @Option(names = "--connections", defaultValue = "64", description = "each with one request in flight")
    private int connections;

    @Option(names = "--customers", defaultValue = "100", description = "distinct customers, and so distinct windows")
    private int customers;

    @Option(names = "--servers", split = ",", description = "only these: ${COMPLETION-CANDIDATES}")
    private @Nullable List<Candidate> servers;

    @Option(names = "--directory", description = "where data directories are made; default bench/target/compare")
    private @Nullable Path directory;

    private int measurements;

    /** @param clock for the events' time and the numbers of the runs */
    public CompareCommand(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (rounds < 1 || rounds > 20) {
            throw new IllegalArgumentException("rounds must be 1 to 20");
        }
        Path parent = directory == null ? Distribution.sourceRoot().resolve("bench/target/compare") : directory;
        Path probed = Directories.temporary(parent);
        String facts = Machine.facts(probed);
        Directories.delete(probed);
        List<Figure> figures = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            for (Candidate candidate : order(round)) {
                // The hour before, so that the run may cross an hour.
                Instant eventTime = clock.instant().minus(1, ChronoUnit.HOURS);
                try (Target target = start(candidate, parent, eventTime)) {
                    figures.addAll(measure(round, candidate, target, eventTime));
                }
            }
        }
        System.out.println(
                "\n" + facts + "- events of 190 bytes, " + customers + " customers in one hour, " + connections
                        + " connections, 1 generator thread on the same cores; " + rounds + " rounds of " + seconds
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

    private static Target start(Candidate candidate, Path parent, Instant eventTime)
            throws IOException, InterruptedException {
        return switch (candidate) {
            case VALORA -> ValoraTarget.start(parent, eventTime);
            case THROW_AWAY -> ReferenceTarget.start(ReferenceKind.THROW_AWAY);
            case PARSE_ONLY -> ReferenceTarget.start(ReferenceKind.PARSE_ONLY);
        };
    }

    private List<Figure> measure(int round, Candidate candidate, Target target, Instant eventTime)
            throws IOException, InterruptedException {
        LoadResult warmedUp = LoadRun.run(plan(target, FIRST_WARM_UP_BATCH, eventTime, Duration.ZERO, firstWarmUp));
        target.settle(warmedUp);
        List<Figure> figures = new ArrayList<>();
        for (int batch : batches) {
            Duration cpuBefore = target.processorTime();
            LoadResult result = LoadRun.run(plan(target, batch, eventTime, Duration.ofSeconds(warmUp), seconds));
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

    private LoadPlan plan(Target target, int batch, Instant eventTime, Duration warmUpTime, int measuredSeconds) {
        measurements++;
        return new LoadPlan(
                new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), target.address().getPort()),
                target.key(),
                new LoadPlan.Shape(1, connections, batch, customers, 1, 0),
                new LoadPlan.Bounds(
                        EVENTS_AT_MOST, warmUpTime, Duration.ofSeconds(measuredSeconds), Duration.ofSeconds(30)),
                eventTime,
                measurements);
    }
}
