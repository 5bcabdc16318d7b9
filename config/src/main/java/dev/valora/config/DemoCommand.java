package dev.valora.config;

import dev.valora.config.demo.Demo;
import dev.valora.config.demo.DemoException;
import dev.valora.config.demo.DemoScale;
import dev.valora.config.demo.Progress;
import dev.valora.config.settings.Setting;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of the demonstrating process: a temporary server, the demo as its client, and nothing left of the server in the end,
 * be it for success, failure or a signal. The main thread does all of it; for a signal, a shutdown hook makes it end early and
 * waits until it has cleaned up.
 */
final class DemoCommand {

    private static final int CLEAN_UP_SECONDS = 60;

    private final DemoScale scale;
    private final Optional<Path> page;
    private final PrintWriter out;
    private final PrintWriter err;
    private final Progress progress;
    private final Thread main = Thread.currentThread();
    private final CountDownLatch cleaned = new CountDownLatch(1);
    private final Logger log = LoggerFactory.getLogger(DemoCommand.class);

    // Guarded by this.
    private boolean stopping;
    private boolean cleaning;
    private @Nullable TemporaryServer running;
    private @Nullable StartException serverFailure;

    private DemoCommand(DemoScale scale, Optional<Path> page, PrintWriter out, PrintWriter err) {
        this.scale = scale;
        this.page = page;
        this.out = out;
        this.err = err;
        boolean isTerminal = Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .isPresent();
        this.progress = new Progress(err, isTerminal, System::nanoTime);
    }

    /**
     * Returns what the process should end with; everything is stopped and removed then, but for the page.
     *
     * @param page where it is written; a new temporary file when nothing is said
     */
    static int run(DemoScale scale, Optional<Path> page, PrintWriter out, PrintWriter err) {
        Logging.configure(Setting.LogLevel.ERROR);
        return new DemoCommand(scale, page, out, err).run().number();
    }

    private ExitCode run() {
        long begunNanos = System.nanoTime();
        Runtime.getRuntime().addShutdownHook(new Thread(this::shutDown, "valora-demo-shutdown"));
        ExitCode outcome;
        try {
            refuseUnwritablePage();
            outcome = demonstrate();
        } catch (StartException refused) {
            outcome = tell(refused.exitCode(), refused.sentence(), refused);
        } finally {
            cleaned.countDown();
        }
        if (outcome == ExitCode.OK) {
            out.println();
            out.println("Done in " + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begunNanos)
                    + " s. The server and its PostgreSQL have ended, and their directory is removed.");
            out.flush();
        }
        return outcome;
    }

    /** Told before the work, not after it. */
    private void refuseUnwritablePage() throws StartException {
        if (page.isEmpty()) {
            return;
        }
        Path file = page.get().toAbsolutePath();
        Path parent = file.getParent();
        boolean isWritable = Files.exists(file)
                ? Files.isRegularFile(file) && Files.isWritable(file)
                : parent != null && Files.isDirectory(parent) && Files.isWritable(parent);
        if (!isWritable) {
            throw new StartException(ExitCode.SETTINGS, "The page cannot be written to " + file + ".");
        }
    }

    private ExitCode demonstrate() throws StartException {
        TemporaryServer server = TemporaryServer.create(Demo.clockStart(), err);
        ExitCode outcome;
        try {
            outcome = talkTo(server);
        } finally {
            progress.leave();
            beginCleaning();
            server.stop();
        }
        try {
            server.remove();
            return outcome;
        } catch (IOException unremovable) {
            return tell(
                    ExitCode.DATA_DIRECTORY,
                    "The directory " + server.directory() + " cannot be removed (" + unremovable + ").",
                    unremovable);
        }
    }

    private ExitCode talkTo(TemporaryServer server) {
        try {
            progress.begin("Starting a server with a PostgreSQL of its own");
            stopWithThisProcess(server);
            server.start();
            Thread.ofVirtual().start(() -> watch(server));
            new Demo(scale, new Demo.Voices(out, err, progress), System::nanoTime)
                    .run(server.address(), server.operatorKey(), page);
            return ExitCode.OK;
        } catch (StartException refused) {
            return tell(refused.exitCode(), refused.sentence(), refused);
        } catch (DemoException failed) {
            return tell(failed.exitCode(), failed.sentence(), failed);
        } catch (CancellationException | InterruptedException stopped) {
            return tell(ExitCode.UNEXPECTED, "The demo was interrupted.", stopped);
        } catch (RuntimeException bug) {
            return tell(ExitCode.UNEXPECTED, "The demo failed for a reason that it does not know: " + bug + ".", bug);
        }
    }

    private synchronized void stopWithThisProcess(TemporaryServer server) throws InterruptedException {
        if (stopping) {
            throw new InterruptedException();
        }
        running = server;
    }

    /** A server that dies is the reason for whatever the demo then runs into. */
    private void watch(TemporaryServer server) {
        try {
            StartException failure = server.awaitFailure();
            synchronized (this) {
                serverFailure = failure;
                if (!cleaning) {
                    main.interrupt();
                }
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    /** From here on the main thread is not interrupted any more. */
    private synchronized void beginCleaning() {
        cleaning = true;
        Thread.interrupted();
    }

    /** Says why the demo ends; but what fails because the process was told to stop is no reason. */
    private synchronized ExitCode tell(ExitCode exitCode, String sentence, Throwable cause) {
        progress.leave();
        log.debug("Why", cause);
        if (stopping) {
            return exitCode;
        }
        err.println(serverFailure == null ? sentence : serverFailure.sentence());
        err.flush();
        return serverFailure == null ? exitCode : serverFailure.exitCode();
    }

    private void shutDown() {
        TemporaryServer toStop;
        synchronized (this) {
            stopping = true;
            toStop = running;
            if (!cleaning) {
                main.interrupt();
            }
        }
        if (toStop != null) {
            toStop.stop();
        }
        try {
            if (!cleaned.await(CLEAN_UP_SECONDS, TimeUnit.SECONDS)) {
                err.println("The demo did not clean up within " + CLEAN_UP_SECONDS + " s"
                        + (toStop == null ? "." : "; remove " + toStop.directory() + "."));
                err.flush();
            }
        } catch (InterruptedException impossible) {
            Thread.currentThread().interrupt();
        }
    }
}
