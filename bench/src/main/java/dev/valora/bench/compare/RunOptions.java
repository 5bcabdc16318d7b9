package dev.valora.bench.compare;

import dev.valora.bench.load.LoadPlan;
import dev.valora.bench.server.Distribution;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that the commands of this package share. */
final class RunOptions {

    @Option(names = "--rounds", defaultValue = "3", description = "1 to 20")
    private int rounds;

    @Option(names = "--batches", split = ",", defaultValue = "1,100,1000", description = "events a request")
    private List<Integer> batches = List.of();

    @Option(names = "--customers", defaultValue = "100", description = "distinct customers")
    private int customers;

    @Option(
            names = "--windows",
            description = "distinct windows, a multiple of the customers, spread over hours; default: one hour")
    private @Nullable Long windows;

    @Option(
            names = "--warm-up",
            defaultValue = "60",
            description = "seconds at most before each batch size; it ends sooner, when the JVM hardly compiles")
    private int warmUp;

    @Option(names = "--directory", description = "where data directories are made; default bench/target/compare")
    private @Nullable Path directory;

    int rounds() {
        if (rounds < 1 || rounds > 20) {
            throw new IllegalArgumentException("rounds must be 1 to 20");
        }
        return rounds;
    }

    /** Seconds at most before each batch size. */
    int warmUp() {
        return warmUp;
    }

    List<Integer> batches() {
        return batches;
    }

    /** The latest hour is the one before now, so that the run may cross an hour. */
    LoadPlan.Windows windows(Instant now) {
        return LoadPlan.Windows.of(windows == null ? customers : windows, now.minus(1, ChronoUnit.HOURS), customers, 1);
    }

    /** Where data directories are made: the disk that is measured. */
    Path parent() {
        return directory == null ? Distribution.sourceRoot().resolve("bench/target/compare") : directory;
    }

    /** What is measured on. */
    String machine() throws IOException {
        return Machine.facts(parent());
    }
}
