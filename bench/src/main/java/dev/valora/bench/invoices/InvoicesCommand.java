package dev.valora.bench.invoices;

import dev.valora.bench.compare.Machine;
import dev.valora.bench.compare.Spread;
import dev.valora.bench.server.Distribution;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures how fast a month is billed and prints the table. */
@Command(
        name = "invoices",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = {
            "Invoices a second: subscriptions of five prices, one organization, month after month by a manual clock.",
            "A round is the turn of the clock over a month's cut; the first month is warm-up."
        })
public final class InvoicesCommand implements Callable<Integer> {

    private static final int ROUNDS_MAX = 100;
    private static final int SUBSCRIPTIONS_MAX = 1_000_000;

    @Option(names = "--subscriptions", defaultValue = "2000", description = "1 to 1000000")
    private int subscriptions;

    @Option(names = "--rounds", defaultValue = "5", description = "months measured, 1 to 100")
    private int rounds;

    @Option(
            names = "--posts-late",
            description = "post usage when its month is over, so that every window row has changed behind its hour")
    private boolean postsLate;

    @Option(names = "--directory", description = "where the data directory is made; default bench/target/invoices")
    private @Nullable Path directory;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (rounds < 1 || rounds > ROUNDS_MAX) {
            throw new IllegalArgumentException("rounds must be 1 to " + ROUNDS_MAX);
        }
        if (subscriptions < 1 || subscriptions > SUBSCRIPTIONS_MAX) {
            throw new IllegalArgumentException("subscriptions must be 1 to " + SUBSCRIPTIONS_MAX);
        }
        Path parent = directory == null ? Distribution.sourceRoot().resolve("bench/target/invoices") : directory;
        String facts = Machine.facts(parent);
        List<MonthFigure> figures = new ArrayList<>();
        try (InvoicesRun run = InvoicesRun.start(parent, subscriptions, postsLate)) {
            print("warm-up", run.bill(InvoicesRun.FIRST_MONTH));
            for (int round = 1; round <= rounds; round++) {
                MonthFigure figure = run.bill(InvoicesRun.FIRST_MONTH.plusMonths(round));
                print("round " + round, figure);
                figures.add(figure);
            }
        }
        System.out.println("\n" + facts + "- one organization, subscriptions of " + InvoicesRun.PRICES + " prices, "
                + InvoicesRun.WINDOW_ROWS + " window rows each, posted "
                + (postsLate ? "when the month is over" : "in their hours")
                + "; " + rounds
                + " months after one of warm-up; median (lowest–highest)\n");
        System.out.print(table(figures));
        return 0;
    }

    private static void print(String round, MonthFigure figure) {
        System.out.printf(
                Locale.ROOT,
                "%s, %s: %,d invoices in %.2f s, %,.0f a second; processor time an invoice: server %.0f µs, PostgreSQL %.0f µs%n",
                round,
                figure.month(),
                figure.invoices(),
                figure.seconds(),
                figure.invoicesPerSecond(),
                figure.serverMicros(),
                figure.postgresMicros());
    }

    private static String table(List<MonthFigure> figures) {
        return """
                | subscriptions | invoices/s | window rows/s | s a month | µs an invoice: server | PostgreSQL |
                |---:|---:|---:|---:|---:|---:|
                """
                + String.format(
                        Locale.ROOT,
                        "| %,d | %s | %s | %s | %s | %s |%n",
                        figures.getFirst().invoices(),
                        cell(figures, MonthFigure::invoicesPerSecond, "%,.0f"),
                        cell(figures, MonthFigure::windowRowsPerSecond, "%,.0f"),
                        cell(figures, MonthFigure::seconds, "%.2f"),
                        cell(figures, MonthFigure::serverMicros, "%.0f"),
                        cell(figures, MonthFigure::postgresMicros, "%.0f"));
    }

    private static String cell(List<MonthFigure> figures, ToDoubleFunction<MonthFigure> value, String form) {
        return Spread.of(figures, value).toText(form);
    }
}
