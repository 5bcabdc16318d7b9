package dev.valora.bench.fuzz;

import dev.valora.bench.server.Directories;
import dev.valora.bench.server.Distribution;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Torments the body parser and the journal's reader. */
@Command(
        name = "fuzz",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = {
            "Random bodies against an oracle, and random damage of journals whose entries are known.",
            "Ends with status 1 when something was found; prints the case, which --seed and --case repeat."
        })
public final class FuzzCommand implements Callable<Integer> {

    private enum Tormented {
        BODY,
        JOURNAL
    }

    @Parameters(arity = "0..2", description = "${COMPLETION-CANDIDATES}; default: one after the other")
    private @Nullable List<Tormented> tormented;

    @Option(names = "--seconds", defaultValue = "60", description = "for each")
    private long seconds;

    @Option(names = "--seed", description = "of all cases; default: another one each time")
    private @Nullable Long seed;

    @Option(names = "--case", description = "only this one")
    private @Nullable Long only;

    @Override
    public Integer call() throws IOException {
        // The journal says at length what is wrong with it, thousands of times.
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        long first = seed == null ? new Random().nextLong() : seed;
        System.out.println("seed " + first);
        boolean found = false;
        for (Tormented what : tormented == null ? List.of(Tormented.values()) : tormented) {
            System.out.println(what);
            found |= switch (what) {
                case BODY -> run(new BodyFuzz(first, new BodyCheck()));
                case JOURNAL -> journal(first);
            };
        }
        return found ? 1 : 0;
    }

    private boolean journal(long first) throws IOException {
        Path directory = Directories.temporary(Distribution.sourceRoot().resolve("bench/target/fuzz"));
        try {
            return run(JournalFuzz.prepare(directory, first));
        } finally {
            Directories.delete(directory);
        }
    }

    /** Whether something was found. */
    private boolean run(Fuzz fuzz) {
        FuzzRun run = new FuzzRun(fuzz, System.out::println, FuzzRun.FINDINGS_MAX);
        List<String> findings = only == null ? run.run(0, Long.MAX_VALUE, seconds) : run.run(only, 1, 3_600);
        return !findings.isEmpty();
    }
}
