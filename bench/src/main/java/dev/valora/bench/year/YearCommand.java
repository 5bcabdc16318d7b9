package dev.valora.bench.year;

import dev.valora.bench.server.Directories;
import dev.valora.bench.server.Distribution;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Bills a random year on the real server, kills it now and then, and compares every invoice with an oracle's. */
@Command(
        name = "year",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = {
            "Random subscriptions, changes, prices and usage, day by day on a turned clock, with kill -9 in between.",
            "Every invoice is compared with one computed from the documents alone; ends with status 1 at the first",
            "difference, and leaves its data directory."
        })
public final class YearCommand implements Callable<Integer> {

    private static final int SHOWN_MAX = 12;

    @Option(names = "--seed", description = "of all choices; default: another one each time")
    private @Nullable Long seed;

    @Option(names = "--subscriptions", defaultValue = "200", description = "over five organizations, 1 to 5000")
    private int subscriptions;

    @Option(names = "--first-day", defaultValue = "2027-06-01", description = "where the clock begins")
    private LocalDate firstDay = LocalDate.EPOCH;

    @Option(names = "--days", defaultValue = "365", description = "1 to 1000")
    private int days;

    @Option(names = "--kills", defaultValue = "20", description = "at random moments, one a day at most, 0 to 1000")
    private int kills;

    @Option(names = "--judge-every", defaultValue = "30", description = "days between comparisons, at least 1")
    private int judgeEvery;

    @Option(
            names = "--only",
            split = ",",
            description = "what is drawn beside subscriptions and usage, of ${COMPLETION-CANDIDATES}; default: all")
    private List<Kind> only = List.of();

    @Option(
            names = "--go-on",
            description = "show each difference once and live on; still ends with status 1, and verifies nothing")
    private boolean goesOn;

    @Option(names = "--directory", description = "where the data directory is made; default bench/target/year")
    private @Nullable Path directory;

    /** The first line of each difference there was, which names whose it is. */
    private final Set<String> shown = new HashSet<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        long drawn = seed == null ? new Random().nextInt(Integer.MAX_VALUE) : seed;
        Set<Kind> kinds = only.isEmpty() ? EnumSet.allOf(Kind.class) : EnumSet.copyOf(only);
        YearPlan plan = new YearPlan(drawn, subscriptions, firstDay, days, kills, kinds);
        System.out.println("again with: bench year " + plan);
        Path parent = directory == null ? Distribution.sourceRoot().resolve("bench/target/year") : directory;
        Path made = Directories.temporary(parent);
        if (!live(plan, made.resolve("data"))) {
            System.out.println("The data directory is left in " + made);
            return 1;
        }
        Directories.delete(made);
        return 0;
    }

    private boolean live(YearPlan plan, Path data) throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        try (YearRun run = YearRun.start(data, plan)) {
            for (int day = 0; day < plan.days(); day++) {
                run.day(day);
                boolean isLast = day == plan.days() - 1;
                if ((isLast || (day + 1) % judgeEvery == 0) && !isRight(plan, run, day) && !goesOn) {
                    return false;
                }
            }
            if (!shown.isEmpty()) {
                return false;
            }
            run.verify(data);
            run.asked().forEach((what, times) -> System.out.println("  " + times + " × " + what));
        }
        System.out.printf("took %d s%n", (System.nanoTime() - startNanos) / 1_000_000_000);
        return true;
    }

    private boolean isRight(YearPlan plan, YearRun run, int day) throws InterruptedException {
        Judgement judgement = run.judge();
        System.out.printf(
                "day %d, %s: %d subscriptions, %d events, %d kills; %d invoices with %d lines, %d findings%n",
                day + 1,
                plan.firstDay().plusDays(day),
                run.subscriptions(),
                run.events(),
                run.kills(),
                judgement.invoices(),
                judgement.lines(),
                judgement.findings().size());
        judgement.findings().stream()
                .filter(finding -> shown.add(finding.lines().findFirst().orElse("")))
                .limit(SHOWN_MAX)
                .forEach(System.out::println);
        return judgement.findings().isEmpty();
    }
}
