package dev.valora.bench.crash;

import dev.valora.bench.server.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Death after death, some on one directory and then on another, until there were enough or one is not exact. The directory of
 * that one stays, and that of a run that broke off. One thread.
 */
final class Deaths<D extends Accounted> {

    /**
     * How many.
     *
     * @param word for one of them
     * @param count in all
     * @param inADirectory before a new one is begun
     * @param parent where directories are made
     */
    record Plan(String word, int count, int inADirectory, Path parent) {}

    /** Starts a server. */
    interface Opening<D extends Accounted> {

        /**
         * Starts one.
         *
         * @param home an empty directory for all that it writes
         * @param seed of its choices
         */
        MortalServer<D> open(Path home, long seed) throws IOException, InterruptedException;
    }

    private final Plan plan;
    private final Opening<D> opening;
    private final Consumer<String> report;
    private final List<D> done = new ArrayList<>();
    private long acknowledged;
    private long voided;

    /** @param report told of each death at once, and of a directory that is left */
    Deaths(Plan plan, Opening<D> opening, Consumer<String> report) {
        this.plan = plan;
        this.opening = opening;
        this.report = report;
    }

    /** Whether every one of them was exact. */
    boolean run(long seed) throws IOException, InterruptedException {
        Random seeds = new Random(seed);
        while (done.size() < plan.count()) {
            Path home = Directories.temporary(plan.parent());
            boolean isExact = false;
            try {
                isExact = runIn(home, seeds.nextLong());
            } finally {
                if (!isExact) {
                    leave(home);
                }
            }
            if (!isExact) {
                return false;
            }
            Directories.delete(home);
        }
        return true;
    }

    /** There is nothing to look at where nothing was begun. */
    private void leave(Path home) throws IOException {
        if (isEmpty(home)) {
            Files.delete(home);
            return;
        }
        boolean isFound = !done.isEmpty() && !done.getLast().account().isClean();
        String why = isFound
                ? plan.word() + " " + done.size() + " is not exact"
                : "it broke off after " + done.size() + " of " + plan.count();
        report.accept(why + "; what it left is in " + home);
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> found = Files.list(directory)) {
            return found.findAny().isEmpty();
        }
    }

    private boolean runIn(Path home, long seed) throws IOException, InterruptedException {
        try (MortalServer<D> server = opening.open(home, seed)) {
            for (int i = 1; i <= plan.inADirectory() && done.size() < plan.count(); i++) {
                boolean isLast = i == plan.inADirectory() || done.size() == plan.count() - 1;
                D death = server.die(isLast);
                done.add(death);
                report.accept(plan.word() + " " + done.size() + ": " + death);
                if (!death.account().isClean()) {
                    return false;
                }
                if (isLast) {
                    acknowledged += death.account().afterResend().acknowledged();
                    voided += death.account().afterResend().voided();
                }
            }
            server.stop();
        }
        return true;
    }

    /** Those so far, the one that was not exact among them. */
    List<D> done() {
        return List.copyOf(done);
    }

    /** Events acknowledged on all directories that were done with. */
    long acknowledged() {
        return acknowledged;
    }

    /** Of these, those that were voided. */
    long voided() {
        return voided;
    }
}
