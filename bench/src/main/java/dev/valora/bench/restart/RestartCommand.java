package dev.valora.bench.restart;

import dev.valora.bench.compare.Machine;
import dev.valora.bench.server.Distribution;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures how soon Valora is ready after kill -9, by the number of events. */
@Command(
        name = "restart",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = {
            "Posts events, kills the server, starts it again: seconds to the ready line, and memory, at several numbers of events.",
            "100,000,000 events take 20 GB of disk and 6 GB of memory."
        })
public final class RestartCommand implements Callable<Integer> {

    private static final long EVENTS_MAX = 200_000_000;
    private static final double MEBIBYTE = 1 << 20;

    private final InstantSource clock;

    @Option(
            names = "--events",
            split = ",",
            defaultValue = "0,1000000,5000000,10000000",
            description = "ascending, in thousands; one server is filled from each to the next")
    private List<Long> events = List.of();

    @Option(names = "--directory", description = "where the data directory is made; default bench/target/restart")
    private @Nullable Path directory;

    /** @param clock for the events' time */
    public RestartCommand(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        long before = -1;
        for (long count : events) {
            if (count <= before || count % 1_000 != 0 || count > EVENTS_MAX) {
                throw new IllegalArgumentException("events must be ascending thousands up to " + EVENTS_MAX);
            }
            before = count;
        }
        Path parent = directory == null ? Distribution.sourceRoot().resolve("bench/target/restart") : directory;
        String facts = Machine.facts(parent);
        List<RestartFigure> figures = new ArrayList<>();
        try (RestartRun run = RestartRun.start(parent, clock.instant().minus(1, ChronoUnit.HOURS))) {
            for (long count : events) {
                RestartFigure figure = run.at(count);
                figures.add(figure);
                System.out.printf(
                        Locale.ROOT,
                        "%,d events: ready after %.2f s, and again after %.2f s%n",
                        figure.events(),
                        seconds(figure.first()),
                        seconds(figure.second()));
            }
        }
        System.out.println(
                "\n" + facts
                        + "- events of 190 bytes, posted in batches of 1,000; kill -9, the page cache stays warm; heap of 512 MB\n");
        System.out.print(table(figures));
        return 0;
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1e3;
    }

    private static String table(List<RestartFigure> figures) {
        StringBuilder table = new StringBuilder("""
                | events | journal MiB | newest file MiB | key files MiB | ready after kill s | and again s | heap used MiB | anonymous MiB | of it keys MiB |
                |---:|---:|---:|---:|---:|---:|---:|---:|---:|
                """);
        for (RestartFigure figure : figures) {
            table.append(String.format(
                    Locale.ROOT,
                    "| %,d | %,.0f | %,.0f | %,.0f | %.2f | %.2f | %,.0f | %,.0f | %,.0f |%n",
                    figure.events(),
                    figure.journalBytes() / MEBIBYTE,
                    figure.newestBytes() / MEBIBYTE,
                    figure.keyFileBytes() / MEBIBYTE,
                    seconds(figure.first()),
                    seconds(figure.second()),
                    figure.memory().heapUsed() / MEBIBYTE,
                    figure.memory().anonymous() / MEBIBYTE,
                    figure.memory().keys() / MEBIBYTE));
        }
        return table.toString();
    }
}
