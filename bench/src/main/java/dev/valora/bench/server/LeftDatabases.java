package dev.valora.bench.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The embedded PostgreSQL of a server that was killed: found by the {@code postmaster.pid} in the server's data directory, and
 * ended only if the process with that id was really started on a directory in there.
 */
public final class LeftDatabases {

    private static final int DEPTH = 6;
    private static final long END_SECONDS = 10;

    private LeftDatabases() {}

    /** Ends whatever PostgreSQL still runs on a directory below. Does nothing when there is none. */
    public static void end(Path dataDirectory) {
        running(dataDirectory).forEach(LeftDatabases::end);
    }

    /** The postmasters that run on a directory below. */
    static List<ProcessHandle> running(Path dataDirectory) {
        if (!Files.isDirectory(dataDirectory)) {
            return List.of();
        }
        List<ProcessHandle> postmasters = new ArrayList<>();
        try (Stream<Path> found =
                Files.find(dataDirectory, DEPTH, (path, attributes) -> path.endsWith("postmaster.pid"))) {
            for (Path file : found.toList()) {
                postmaster(file, dataDirectory).ifPresent(postmasters::add);
            }
        } catch (IOException | UncheckedIOException e) {
            throw new IllegalStateException("cannot look for databases in " + dataDirectory, e);
        }
        return postmasters;
    }

    private static Optional<ProcessHandle> postmaster(Path pidFile, Path dataDirectory) throws IOException {
        List<String> lines = Files.readAllLines(pidFile, UTF_8);
        boolean ours =
                lines.size() > 1 && Path.of(lines.get(1)).toAbsolutePath().startsWith(dataDirectory.toRealPath());
        return ours
                ? ProcessHandle.of(Long.parseLong(lines.getFirst().strip())).filter(LeftDatabases::isPostgres)
                : Optional.empty();
    }

    private static boolean isPostgres(ProcessHandle process) {
        return process.info()
                .command()
                .filter(command -> command.endsWith("postgres"))
                .isPresent();
    }

    private static void end(ProcessHandle postmaster) {
        postmaster.destroy();
        try {
            postmaster.onExit().get(END_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            postmaster.destroyForcibly();
        } catch (InterruptedException e) {
            postmaster.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
