package dev.valora.bench.crash;

import dev.valora.bench.server.Directories;
import dev.valora.bench.server.Distribution;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Kills Valora under load, round after round, and compares with the books. */
@Command(
        name = "crash",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = {
            "Load with 48 requests in flight, kill -9 at a random moment, restart, account, send again, account.",
            "One line a round; ends with status 1 at the first round that is not exact, and leaves its data directory."
        })
public final class CrashCommand implements Callable<Integer> {

    private static final int ROUNDS_MAX = 10_000;

    private final InstantSource clock;

    @Option(names = "--rounds", defaultValue = "300", description = "1 to 10000")
    private int rounds;

    @Option(names = "--seed", description = "of all choices; default: another one each time")
    private @Nullable Long seed;

    @Option(names = "--rounds-a-directory", defaultValue = "25", description = "then a new data directory is begun")
    private int roundsADirectory;

    @Option(names = "--directory", description = "where data directories are made; default bench/target/crash")
    private @Nullable Path directory;

    private final List<CrashRound> done = new ArrayList<>();
    private long acknowledged;
    private long voided;

    /** @param clock the wall time that the server sees too */
    public CrashCommand(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (rounds < 1 || rounds > ROUNDS_MAX || roundsADirectory < 1) {
            throw new IllegalArgumentException("rounds must be 1 to " + ROUNDS_MAX);
        }
        long first = seed == null ? new Random().nextLong() : seed;
        System.out.println("seed " + first + "; again with: bench crash --seed " + first + " --rounds " + rounds);
        Random seeds = new Random(first);
        Path parent = directory == null ? Distribution.sourceRoot().resolve("bench/target/crash") : directory;
        while (done.size() < rounds) {
            Path made = Directories.temporary(parent);
            if (!runIn(made.resolve("data"), seeds.nextLong())) {
                System.out.println("The data directory is left in " + made);
                return 1;
            }
            Directories.delete(made);
        }
        System.out.print(summary());
        return 0;
    }

    /** Whether every round was exact. */
    private boolean runIn(Path data, long directorySeed) throws IOException, InterruptedException {
        try (CrashRun run = CrashRun.start(data, directorySeed, clock)) {
            CrashRound last = null;
            for (int i = 1; i <= roundsADirectory && done.size() < rounds; i++) {
                last = run.round(i == roundsADirectory || done.size() == rounds - 1);
                done.add(last);
                System.out.println("round " + done.size() + ": " + last);
                if (!last.isClean()) {
                    return false;
                }
            }
            if (last != null) {
                acknowledged += last.afterResend().acknowledged();
                voided += last.afterResend().voided();
            }
            run.stop();
        }
        return true;
    }

    private String summary() {
        LongSummaryStatistics ready =
                done.stream().mapToLong(CrashRound::readyMillis).summaryStatistics();
        return String.format(
                Locale.ROOT,
                "%d rounds, %d kills under load and %d in the start; acknowledged %,d events, of which %,d were voided;"
                        + " in flight at a kill at least %d; ready after %,d to %,d ms, %.0f on average;"
                        + " lost, doubled, unexpected, refused or voided but present: 0%n",
                done.size(),
                done.size(),
                done.stream().mapToInt(CrashRound::startKills).sum(),
                acknowledged,
                voided,
                done.stream().mapToInt(CrashRound::inFlight).min().orElse(0),
                ready.getMin(),
                ready.getMax(),
                ready.getAverage());
    }
}
