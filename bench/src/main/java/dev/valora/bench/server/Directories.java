package dev.valora.bench.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Directories for one run. */
public final class Directories {

    private Directories() {}

    /** A new one below a parent, which is made if it is not there. */
    public static Path temporary(Path parent) {
        try {
            return Files.createTempDirectory(Files.createDirectories(parent), "valora-bench-");
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary directory in " + parent, e);
        }
    }

    /** Removes one with all that is in it. */
    public static void delete(Path directory) {
        try (Stream<Path> found = Files.walk(directory)) {
            List<Path> deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + directory, e);
        }
    }
}
