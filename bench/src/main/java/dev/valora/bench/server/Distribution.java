package dev.valora.bench.server;

import java.nio.file.Files;
import java.nio.file.Path;

/** The built server. */
public final class Distribution {

    private static final String LAUNCHER = "config/bin/valora";

    private Distribution() {}

    /**
     * The root of the source tree that this process runs in, looked for upwards from the working directory.
     *
     * @throws IllegalStateException when there is none
     */
    public static Path sourceRoot() {
        for (Path directory = Path.of("").toAbsolutePath(); directory != null; directory = directory.getParent()) {
            if (Files.isRegularFile(directory.resolve("bench/pom.xml"))
                    && Files.isDirectory(directory.resolve("config"))) {
                return directory;
            }
        }
        throw new IllegalStateException("the working directory is not inside Valora's source tree");
    }

    /** The launcher. */
    public static Path launcher() {
        Path launcher = sourceRoot().resolve(LAUNCHER);
        if (!Files.isExecutable(launcher)) {
            throw new IllegalStateException("there is no launcher at " + launcher);
        }
        return launcher;
    }
}
