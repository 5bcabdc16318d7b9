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
    private final AtomicReference<ExitCode> outcome = new AtomicReference<>(ExitCode.OK);

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
        Logger log = LoggerFactory.getLogger(ServeCommand.class);
        try {
            server.start();
            Server.Addresses addresses = server.addresses();
            out.println("ready " + addresses.http() + " management " + addresses.management());
            out.flush();
            StartException failure = server.awaitFailure();
            outcome.set(failure.exitCode());
            err.println(failure.sentence());
            log.debug("Why", failure);
        } catch (StartException refused) {
            outcome.set(refused.exitCode());
            err.println(refused.sentence());
            log.debug("Why", refused);
        } catch (CancellationException | InterruptedException stopped) {
            log.debug("Stopped while starting", stopped);
        } catch (RuntimeException bug) {
            outcome.set(ExitCode.UNEXPECTED);
            err.println("The server failed for a reason that it does not know: " + bug
                    + "; set log_level to debug to see more.");
            log.debug("Why", bug);
        }
        return outcome.get().number();
    }

    private void shutDown(Thread main) {
        int seconds = settings.get(Setting.DRAIN_SECONDS);
        Thread watchdog =
                Thread.ofPlatform().name("valora-drain-limit").daemon(true).start(() -> limit(seconds));
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
