package dev.valora.bench.fuzz;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Case after case until the time is over. One thread. */
final class FuzzRun {

    /** One of each kind, and then it is enough. */
    static final int FINDINGS_MAX = 10;

    private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Fuzz fuzz;
    private final Consumer<String> report;
    private final int findingsMax;
    private final Set<String> kinds = new HashSet<>();
    private final List<String> findings = new ArrayList<>();
    private long cases;

    /**
     * @param report told of progress every ten seconds, and of findings at once
     * @param findingsMax after which it ends
     */
    FuzzRun(Fuzz fuzz, Consumer<String> report, int findingsMax) {
        this.fuzz = fuzz;
        this.report = report;
        this.findingsMax = findingsMax;
    }

    /**
     * Runs cases from {@code first} on.
     *
     * @param casesMax at most so many
     * @return what was found, one of each kind
     */
    List<String> run(long first, long casesMax, long secondsMax) {
        long startNanos = System.nanoTime();
        long untilNanos = startNanos + TimeUnit.SECONDS.toNanos(secondsMax);
        long progressNanos = startNanos + PROGRESS_NANOS;
        while (cases < casesMax && findings.size() < findingsMax && System.nanoTime() < untilNanos) {
            runCase(first + cases);
            cases++;
            if (System.nanoTime() > progressNanos) {
                progressNanos += PROGRESS_NANOS;
                report.accept(progress(startNanos));
            }
        }
        report.accept(progress(startNanos));
        return List.copyOf(findings);
    }

    private String progress(long startNanos) {
        return String.format(
                Locale.ROOT,
                "%,d cases in %d s: %s",
                cases,
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos),
                fuzz);
    }

    /** Whatever else a case throws breaks nothing off either: without its number nobody could look at it again. */
    private void runCase(long number) {
        try {
            fuzz.run(number);
        } catch (Finding found) {
            tell(number, String.valueOf(found.getMessage()), found);
        } catch (RuntimeException | Error broken) {
            tell(number, "the case itself threw " + broken, broken);
        }
    }

    private void tell(long number, String what, Throwable found) {
        // Numbers differ where the kind is the same.
        if (kinds.add(what.lines().findFirst().orElse("").replaceAll("[0-9]+", "#"))) {
            findings.add("case " + number + ": " + what);
            report.accept("FOUND, case " + number + ": " + what + trace(found));
        }
    }

    private static String trace(Throwable found) {
        Throwable cause = found;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof Finding) {
            return "";
        }
        StringWriter trace = new StringWriter();
        cause.printStackTrace(new PrintWriter(trace));
        return "\n" + trace;
    }

    long cases() {
        return cases;
    }
}
