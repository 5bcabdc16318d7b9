package dev.valora.bench.year;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real distribution through a short year with a leap day, killed twice, against the oracle. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class YearTest {

    private static final int SUBSCRIPTIONS = 12;
    private static final int DAYS = 100;
    private static final int KILLS = 2;
    private static final LocalDate FIRST_DAY = LocalDate.of(2028, 1, 12);

    private final long seed = Long.getLong("valora.seed", 20_271_127L);

    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldBillWhatTheOracleSaysAndSeeWhenTheOracleKnowsLess() throws Exception {
        System.out.println("seed " + seed + "; again with -Dtest=YearTest -Dvalora.seed=" + seed);
        YearPlan plan = new YearPlan(seed, SUBSCRIPTIONS, FIRST_DAY, DAYS, KILLS, EnumSet.allOf(Kind.class));
        Path data = directory.resolve("data");
        try (YearRun run = YearRun.start(data, plan)) {
            for (int day = 0; day < DAYS; day++) {
                run.day(day);
            }
            Judgement judgement = run.judge();
            assertEquals(List.of(), judgement.findings(), () -> "seed " + seed);
            assertTrue(judgement.invoices() > SUBSCRIPTIONS, () -> judgement.invoices() + " invoices");
            assertEquals(KILLS, run.kills());
            expectBlindnessToBeSeen(run);
            run.verify(data);
        }
    }

    /** An oracle that knows less of what happened must not agree any more. */
    private static void expectBlindnessToBeSeen(YearRun run) throws InterruptedException {
        for (House house : run.houses()) {
            house.usage().clear();
        }
        assertFalse(run.judge().findings().isEmpty(), "invoices without usage were taken for right");
    }
}
