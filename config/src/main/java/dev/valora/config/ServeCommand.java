package dev.valora.config;

import dev.valora.config.settings.Setting;
import dev.valora.config.settings.Settings;
import java.io.PrintWriter;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of the serving process. The main thread starts the server and then waits for it to fail; a shutdown hook stops it,
 * be it for a signal or for a failure, and ends the process with the right number.
 */
final class ServeCommand {

    private final Server server;
    private final Settings settings;
    private final PrintWriter err;
    private final Logger log = LoggerFactory.getLogger(ServeCommand.class);
    private final AtomicReference<ExitCode> outcome = new AtomicReference<>(ExitCode.OK);

    /** Set by the signal's thread before it interrupts the start. */
    private volatile boolean stopping;

    private ServeCommand(Settings settings, PrintWriter err) {
        this.settings = settings;
        this.err = err;
        this.server = new Server(settings, err);
    }

    /** Does not return but by the end of the process, unless the server fails. */
    static int run(Settings settings, PrintWriter out, PrintWriter err) {
        Logging.configure(settings.get(Setting.LOG_LEVEL));
        return new ServeCommand(settings, err).serve(out);
    }

    private int serve(PrintWriter out) {
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> shutDown(main), "valora-shutdown"));
        try {
            server.start();
            Server.Addresses addresses = server.addresses();
            out.println("ready " + addresses.http() + " management " + addresses.management());
            out.flush();
            tell(server.awaitFailure());
        } catch (StartException refused) {
            tell(refused);
        } catch (CancellationException | InterruptedException stopped) {
            log.debug("Stopped while starting", stopped);
        } catch (RuntimeException bug) {
            tell(new StartException(
                    ExitCode.UNEXPECTED,
                    "The server failed for a reason that it does not know: " + bug
                            + "; set log_level to debug to see more.",
                    bug));
        }
        return outcome.get().number();
    }

    /** Says why the server ends; but what fails because it is being stopped is no reason, and not its outcome. */
    private void tell(StartException failure) {
        if (!stopping) {
            outcome.set(failure.exitCode());
            err.println(failure.sentence());
        }
        log.debug("Why", failure);
    }

    private void shutDown(Thread main) {
        int seconds = settings.get(Setting.DRAIN_SECONDS);
        Thread watchdog =
                Thread.ofPlatform().name("valora-drain-limit").daemon(true).start(() -> limit(seconds));
        stopping = true;
        main.interrupt();
        server.stop();
        watchdog.interrupt();
        err.flush();
        // Without this a signal would make the exit code 128 + its number, also when everything was stopped in order.
        Runtime.getRuntime().halt(outcome.get().number());
    }

    private void limit(int seconds) {
        try {
            TimeUnit.SECONDS.sleep(seconds);
            err.println("The server was not done within drain_seconds (" + seconds
                    + "); what was acknowledged is on disk, and the next start goes on from there.");
            err.flush();
            Runtime.getRuntime().halt(ExitCode.DRAIN_TIME_PASSED.number());
        } catch (InterruptedException done) {
            Thread.currentThread().interrupt();
        }
    }
}
