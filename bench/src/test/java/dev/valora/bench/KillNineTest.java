package dev.valora.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.bench.crash.CrashRound;
import dev.valora.bench.crash.CrashRun;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real distribution under load, killed twenty times at moments that a seed picks. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
final class KillNineTest {

    private static final int ROUNDS = 20;

    private final long seed = Long.getLong("valora.seed", 20_261_122L);

    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldCountEveryAcknowledgedEventOnceAcrossTwentyKills() throws Exception {
        System.out.println("seed " + seed + "; again with -Dtest=KillNineTest -Dvalora.seed=" + seed);
        try (CrashRun run = CrashRun.start(directory.resolve("data"), seed, InstantSource.system())) {
            for (int i = 1; i <= ROUNDS; i++) {
                CrashRound round = run.die(i == ROUNDS);
                System.out.println("round " + i + ": " + round);
                assertTrue(round.account().isClean(), () -> "seed " + seed + ": " + round);
                assertTrue(
                        round.account().inFlight() >= CrashRun.IN_FLIGHT_AT_LEAST,
                        () -> "only " + round.account().inFlight() + " requests were in flight");
            }
            run.stop();
        }
    }
}
