package dev.valora.bench.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs programs to their end, which must come soon. Any thread. */
public final class SystemCommand {

    /** The status of what could not be run, or not to its end. */
    public static final int NO_STATUS = -1;

    private static final long OUTPUT_SECONDS = 5;

    private SystemCommand() {}

    /**
     * What one came to.
     *
     * @param status it ended with, {@link #NO_STATUS} when it did not
     * @param output what it said, errors among it, or why it did not end
     */
    public record Ended(int status, String output) {

        /** Whether it ended, with status 0. */
        public boolean isWell() {
            return status == 0;
        }
    }

    /** Runs a program with nothing to read. One that takes longer than {@code atMost} is killed, with what it started. */
    public static Ended run(List<String> command, Duration atMost) throws InterruptedException {
        return run(command, Map.of(), atMost);
    }

    /** The same with more in its environment. */
    public static Ended run(List<String> command, Map<String, String> environment, Duration atMost)
            throws InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process;
        try {
            process = builder.start();
            process.getOutputStream().close();
        } catch (IOException e) {
            return new Ended(NO_STATUS, e.toString());
        }
        CompletableFuture<String> output = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("output-" + process.pid()).start(() -> output.complete(read(process)));
        try {
            return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)
                    ? new Ended(process.exitValue(), said(output))
                    : new Ended(NO_STATUS, "no end within " + atMost);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** Of a program that ended. What it left running may hold its output open for ever. */
    private static String said(CompletableFuture<String> output) throws InterruptedException {
        try {
            return output.get(OUTPUT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException open) {
            return "(its output does not end)";
        }
    }

    private static String read(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes(), UTF_8);
        } catch (IOException | UncheckedIOException brokenOff) {
            return "(its output broke off: " + brokenOff.getMessage() + ")";
        }
    }
}
