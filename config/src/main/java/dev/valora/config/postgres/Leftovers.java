package dev.valora.config.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL processes that a killed server left running. Every PostgreSQL process works in its data directory, so they are
 * found by that and not by a process id in a file, which may be another process's by now.
 */
final class Leftovers {

    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);
    private static final String PID_FILE = "postmaster.pid";
    private static final int LOOK_MILLIS = 20;
    private static final int FAST_SECONDS = 20;
    private static final int IMMEDIATE_SECONDS = 10;

    private Leftovers() {}

    /**
     * Ends them all and removes the file that would keep PostgreSQL from starting. Only for a data directory whose lock this
     * server holds.
     */
    static void stop(Path data) throws IOException, InterruptedException {
        List<ProcessHandle> running = workingIn(data);
        if (!running.isEmpty()) {
            LOG.info("Stopping a PostgreSQL that an earlier server left running in {}", data);
            // Fast shutdown, which only the postmaster understands; to its children SIGINT means to cancel a statement.
            boolean gone = signalled(data, "INT", running, FAST_SECONDS)
                    || signalled(data, "QUIT", running, IMMEDIATE_SECONDS);
            if (!gone) {
                running.forEach(ProcessHandle::destroyForcibly);
                if (!ended(running, IMMEDIATE_SECONDS)) {
                    throw new IOException("PostgreSQL processes in " + data + " do not end: " + pids(running));
                }
            }
            // The postmaster's death is noticed by its children a moment later.
            List<ProcessHandle> late = workingIn(data);
            late.forEach(ProcessHandle::destroyForcibly);
            if (!ended(late, IMMEDIATE_SECONDS)) {
                throw new IOException("PostgreSQL processes in " + data + " do not end: " + pids(late));
            }
        }
        refuseUnknown(data);
        Files.deleteIfExists(data.resolve(PID_FILE));
    }

    /** A PostgreSQL that the file names and whose directory may not be looked at could be the one running here. */
    private static void refuseUnknown(Path data) throws IOException {
        Optional<Long> named = postmaster(data);
        if (named.isEmpty() || !isPostgres(named.get())) {
            return;
        }
        try {
            Files.readSymbolicLink(Path.of("/proc/" + named.get() + "/cwd"));
        } catch (IOException hidden) {
            throw new IOException(
                    "process " + named.get() + " may be a PostgreSQL that still runs in " + data
                            + "; end it, or remove " + PID_FILE + " there if it is another",
                    hidden);
        }
    }

    private static boolean isPostgres(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/comm")).startsWith("postgres");
        } catch (IOException ended) {
            return false;
        }
    }

    /** Sends a signal by name; false when there is no such process any more. */
    static boolean signal(long pid, String name) throws IOException, InterruptedException {
        return new ProcessBuilder("/bin/sh", "-c", "kill -s \"$1\" \"$2\"", "sh", name, Long.toString(pid))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private static boolean signalled(Path data, String name, List<ProcessHandle> running, int seconds)
            throws IOException, InterruptedException {
        Optional<Long> postmaster =
                postmaster(data).filter(pid -> running.stream().anyMatch(p -> p.pid() == pid));
        if (postmaster.isEmpty()) {
            return false;
        }
        signal(postmaster.get(), name);
        return ended(running, seconds);
    }

    /** Looks often, because the platform's own notice of a process that is no child comes up to seconds late. */
    private static boolean ended(List<ProcessHandle> processes, int seconds) throws InterruptedException {
        for (int looks = 0; looks < seconds * 1000 / LOOK_MILLIS; looks++) {
            if (processes.stream().noneMatch(ProcessHandle::isAlive)) {
                return true;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return false;
    }

    private static Optional<Long> postmaster(Path data) throws IOException {
        Path file = data.resolve(PID_FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String first = Files.readString(file).lines().findFirst().orElse("").strip();
        return first.matches("[0-9]{1,9}") ? Optional.of(Long.valueOf(first)) : Optional.empty();
    }

    private static List<ProcessHandle> workingIn(Path data) throws IOException {
        Path real = data.toRealPath();
        List<ProcessHandle> found = new ArrayList<>();
        ProcessHandle.allProcesses().forEach(process -> {
            try {
                if (Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/cwd"))
                                .equals(real)
                        && Files.readString(Path.of("/proc/" + process.pid() + "/comm"))
                                .startsWith("postgres")) {
                    found.add(process);
                }
            } catch (IOException | SecurityException notOurs) {
                LOG.trace("process {} ended or is another user's", process.pid(), notOurs);
            }
        });
        return found;
    }

    private static List<Long> pids(List<ProcessHandle> processes) {
        return processes.stream().map(ProcessHandle::pid).toList();
    }
}
