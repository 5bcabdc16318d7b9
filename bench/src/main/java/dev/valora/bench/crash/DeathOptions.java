package dev.valora.bench.crash;

import dev.valora.bench.server.Distribution;
import java.nio.file.Path;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that the commands of this package share. */
final class DeathOptions {

    @Option(names = "--seed", description = "of all choices; default: another one each time")
    private @Nullable Long seed;

    @Option(
            names = "--directory",
            description = "where directories are made; default: one named after the command in bench/target")
    private @Nullable Path directory;

    /** The seed that was asked for, or another one each time. */
    long seed() {
        return seed == null ? new Random().nextLong() : seed;
    }

    Path parent(String command) {
        return directory == null
                ? Distribution.sourceRoot().resolve("bench/target").resolve(command)
                : directory;
    }

    /**
     * The line that runs a command once more with the same choices.
     *
     * @param others its other options
     */
    String again(String command, long chosenSeed, String others) {
        String where = directory == null ? "" : " --directory '" + directory + "'";
        return "seed " + chosenSeed + "; again with: bench " + command + " --seed " + chosenSeed + " " + others + where;
    }
}
