package dev.valora.bench.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process that says {@code ready …} on a line of its own when it can be used. Its last lines are kept for the message when
 * it does not. When this program ends while the process runs, the process ends with everything it started.
 */
public final class ReadyProcess implements AutoCloseable {

    private static final int KEPT_LINES = 60;
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(45);

    private final Process process;
    private final AtExit atExit;
    private final CompletableFuture<String> ready = new CompletableFuture<>();
    private final Deque<String> lastLines = new ArrayDeque<>();

    private ReadyProcess(Process process) {
        this.process = process;
        try {
            this.atExit = AtExit.run("end-" + process.pid(), this::destroyWithChildren);
        } catch (IllegalStateException ending) {
            destroyWithChildren();
            throw ending;
        }
        Thread.ofPlatform().daemon().name("output-" + process.pid()).start(this::readOutput);
    }

    /**
     * Starts a command and waits for its ready line.
     *
     * @param environment added to this process's own
     * @param directory its working directory
     * @throws IllegalStateException with its last lines when it ends or says nothing in time; it is then ended
     */
    public static ReadyProcess start(
            List<String> command, Map<String, String> environment, Path directory, Duration readyTimeout)
            throws InterruptedException {
        ReadyProcess started = launch(command, environment, directory);
        started.awaitReady(readyTimeout);
        return started;
    }

    /** Starts a command and waits for nothing. */
    static ReadyProcess launch(List<String> command, Map<String, String> environment, Path directory) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.redirectErrorStream(true).environment().putAll(environment);
        try {
            return new ReadyProcess(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command.getFirst(), e);
        }
    }

    private void awaitReady(Duration readyTimeout) throws InterruptedException {
        try {
            ready.get(readyTimeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            kill();
            throw new IllegalStateException(
                    "process " + process.pid() + " was not ready within " + readyTimeout + "; its last lines:\n"
                            + lastLines(),
                    e);
        }
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    private void readOutput() {
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                keep(line);
                if (line.startsWith("ready ")) {
                    ready.complete(line);
                }
            }
        } catch (IOException e) {
            keep("(its output broke off: " + e.getMessage() + ")");
        }
        ready.completeExceptionally(new IllegalStateException("it ended"));
    }

    private void keep(String line) {
        synchronized (lastLines) {
            lastLines.addLast(line);
            if (lastLines.size() > KEPT_LINES) {
                lastLines.removeFirst();
            }
        }
    }

    /** The line that said so. */
    public String readyLine() {
        return ready.getNow("");
    }

    /** What it said last, for messages. */
    public String lastLines() {
        synchronized (lastLines) {
            return String.join("\n", lastLines);
        }
    }

    /** Whether it runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Processor time of the process and of its children so far. */
    public ProcessorUse processorUse() {
        return ProcessorUse.of(process.toHandle());
    }

    /**
     * Resident memory of the process alone that no file stands for, in bytes.
     *
     * @throws IllegalStateException when the system does not tell
     */
    public long anonymousBytes() {
        Path rollup = Path.of("/proc", Long.toString(process.pid()), "smaps_rollup");
        try {
            return Files.readAllLines(rollup).stream()
                    .filter(line -> line.startsWith("Anonymous:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new IllegalStateException("memory cannot be read from " + rollup, e);
        }
    }

    /** SIGSTOP to the process and then to everything it started: from here on none of them does anything. */
    void freeze() {
        if (!Signal.STOP.send(process.pid())) {
            throw new IllegalStateException("process " + process.pid() + " cannot be stopped:\n" + lastLines());
        }
        process.descendants().forEach(child -> Signal.STOP.send(child.pid()));
    }

    /** SIGKILL to the process and everything it started; returns when all of them are gone. */
    void killWithChildren() throws InterruptedException {
        List<ProcessHandle> children = destroyWithChildren();
        kill();
        for (ProcessHandle child : children) {
            try {
                child.onExit().get(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new IllegalStateException("process " + child.pid() + " survives SIGKILL", e);
            }
        }
    }

    /** SIGKILL to all of them; waits for none. Children are no longer found once their parent is gone, so they are looked for first. */
    private List<ProcessHandle> destroyWithChildren() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        return children;
    }

    /** Waits so long at most; whether the process ended by itself meanwhile. */
    boolean endsWithin(Duration time) throws InterruptedException {
        return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** SIGKILL; returns when the process is gone. Children it had are not touched. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
        atExit.close();
    }

    /**
     * SIGTERM; returns its exit status.
     *
     * @throws IllegalStateException when it did not end in time; it is then killed
     */
    public int stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
            kill();
            throw new IllegalStateException("did not end within " + STOP_TIMEOUT + " of SIGTERM:\n" + lastLines());
        }
        atExit.close();
        return process.exitValue();
    }

    /** Ends it if it still runs: gently, and by force if that does not help. */
    @Override
    public void close() {
        if (!process.isAlive()) {
            atExit.close();
            return;
        }
        process.destroy();
        try {
            if (!process.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            destroyWithChildren();
            Thread.currentThread().interrupt();
        }
        atExit.close();
    }
}
