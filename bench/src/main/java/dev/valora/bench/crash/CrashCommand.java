package dev.valora.bench.crash;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Kills Valora under load, round after round, and compares with the books. */
@Command(
        name = "crash",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = {
            "Load with 48 requests in flight, kill -9 at a random moment, restart, account, send again, account.",
            "One line a round; ends with status 1 at the first round that is not exact or breaks off, and leaves its data",
            "directory."
        })
public final class CrashCommand implements Callable<Integer> {

    private static final int ROUNDS_MAX = 10_000;

    private final InstantSource clock;

    @Option(names = "--rounds", defaultValue = "300", description = "1 to 10000")
    private int rounds;

    @Option(names = "--rounds-a-directory", defaultValue = "25", description = "then a new data directory is begun")
    private int roundsADirectory;

    @Mixin
    private DeathOptions options = new DeathOptions();

    /** @param clock the wall time that the server sees too */
    public CrashCommand(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (rounds < 1 || rounds > ROUNDS_MAX || roundsADirectory < 1) {
            throw new IllegalArgumentException("rounds must be 1 to " + ROUNDS_MAX);
        }
        long seed = options.seed();
        System.out.println(again(seed));
        Deaths<CrashRound> deaths = new Deaths<>(
                new Deaths.Plan("round", rounds, roundsADirectory, options.parent("crash")),
                (home, homeSeed) -> CrashRun.start(home.resolve("data"), homeSeed, clock),
                System.out::println);
        if (!deaths.run(seed)) {
            return 1;
        }
        System.out.print(summary(deaths));
        return 0;
    }

    String again(long seed) {
        return options.again("crash", seed, "--rounds " + rounds + " --rounds-a-directory " + roundsADirectory);
    }

    private static String summary(Deaths<CrashRound> deaths) {
        List<CrashRound> done = deaths.done();
        LongSummaryStatistics ready =
                done.stream().mapToLong(round -> round.account().readyMillis()).summaryStatistics();
        return String.format(
                Locale.ROOT,
                "%d rounds, %d kills under load and %d in the start; acknowledged %,d events, of which %,d were voided;"
                        + " in flight at a kill at least %d; ready after %,d to %,d ms, %.0f on average;"
                        + " lost, doubled, unexpected, refused or voided but present: 0%n",
                done.size(),
                done.size(),
                done.stream().mapToInt(CrashRound::startKills).sum(),
                deaths.acknowledged(),
                deaths.voided(),
                done.stream()
                        .mapToInt(round -> round.account().inFlight())
                        .min()
                        .orElse(0),
                ready.getMin(),
                ready.getMax(),
                ready.getAverage());
    }
}
