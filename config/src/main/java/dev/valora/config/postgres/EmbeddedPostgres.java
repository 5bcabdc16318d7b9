package dev.valora.config.postgres;

import dev.valora.config.ExitCode;
import dev.valora.config.SecretFile;
import dev.valora.config.StartException;
import dev.valora.config.settings.DatabaseUrl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL that lives under the data directory and runs while the server runs. It listens on loopback, on a port that is
 * free at the moment, and knows one password, made up once and readable by the data directory's owner only.
 *
 * <p>The directory holds {@code binaries-…}, {@code data} (complete, or not there), {@code log} and {@code password}. Used by
 * the thread that starts and stops the server, which holds the data directory's lock.
 */
public final class EmbeddedPostgres {

    static final String DATABASE = "valora";
    static final String OWNER = "valora";

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
    static final String LOOPBACK = "127.0.0.1";
    private static final int PID_LINE = 0;
    private static final int PORT_LINE = 3;
    private static final int START_ATTEMPTS = 3;
    private static final int RESTART_PAUSE_SECONDS = 1;
    private static final int FAST_STOP_SECONDS = 25;
    private static final int IMMEDIATE_STOP_SECONDS = 5;

    private final Installation installation;
    private final DatabaseUrl url;
    private final Thread keeper;
    private final CountDownLatch stopping = new CountDownLatch(1);
    /** Replaced by the keeper, when PostgreSQL died and was started again. */
    private volatile Process process;

    private EmbeddedPostgres(Installation installation, Process process, DatabaseUrl url) {
        this.installation = installation;
        this.process = process;
        this.url = url;
        this.keeper = Thread.ofPlatform().name("valora-postgresql").daemon(true).unstarted(this::keep);
    }

    /**
     * Starts PostgreSQL in this directory; the first time, this creates it, which takes a few seconds.
     *
     * @throws StartException with a sentence for the operator when it does not come up
     */
    public static EmbeddedPostgres start(Path directory) throws StartException, InterruptedException {
        return start(directory, ChildUser.WAYS_DOWN);
    }

    /** Where a server has one running in this directory; empty when none runs. Never starts or changes anything. */
    public static Optional<DatabaseUrl> running(Path directory) {
        try {
            List<String> lines = Files.readAllLines(directory.resolve("data").resolve("postmaster.pid"));
            boolean lives = ProcessHandle.of(Long.parseLong(lines.get(PID_LINE).strip()))
                    .filter(ProcessHandle::isAlive)
                    .isPresent();
            return lives
                    ? Optional.of(new DatabaseUrl(
                            LOOPBACK,
                            Integer.parseInt(lines.get(PORT_LINE).strip()),
                            DATABASE,
                            OWNER,
                            Files.readString(directory.resolve("password")).strip()))
                    : Optional.empty();
        } catch (IOException | IndexOutOfBoundsException | NumberFormatException notThere) {
            LOG.debug("No PostgreSQL runs in {}: {}", directory, notThere.toString());
            return Optional.empty();
        }
    }

    static EmbeddedPostgres start(Path directory, List<List<String>> waysDown)
            throws StartException, InterruptedException {
        try {
            Installation installation = install(directory, waysDown);
            installation.prepare();
            EmbeddedPostgres postgres = run(installation);
            postgres.keeper.start();
            return postgres;
        } catch (IOException failed) {
            throw new StartException(
                    ExitCode.DATABASE,
                    "The embedded PostgreSQL in " + directory + " cannot be started: " + failed + ".",
                    failed);
        }
    }

    /** Programs, password and the right user, but nothing that runs. */
    static Installation install(Path directory, List<List<String>> waysDown)
            throws StartException, IOException, InterruptedException {
        Path home = Files.createDirectories(directory).toRealPath();
        ChildUser user = ChildUser.choose(waysDown);
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        requireReach(user, home);
        Files.createDirectories(home.resolve("log"));
        return new Installation(home, Binaries.unpackedIn(home), user, password(home.resolve("password")));
    }

    private static EmbeddedPostgres run(Installation installation)
            throws IOException, InterruptedException, StartException {
        for (int attempt = 1; ; attempt++) {
            int port = freePort();
            try {
                Process process = installation.run(port);
                DatabaseUrl url = new DatabaseUrl(LOOPBACK, port, DATABASE, OWNER, installation.password());
                return new EmbeddedPostgres(installation, process, url);
            } catch (StartException failed) {
                // Another process may have taken the port between the look and the start.
                if (attempt == START_ATTEMPTS || !failed.sentence().contains("Address already in use")) {
                    throw failed;
                }
            }
        }
    }

    /** PostgreSQL may be killed, by a machine short of memory for one: it is started again where it was. */
    private void keep() {
        try {
            while (true) {
                process.waitFor();
                if (stopping.getCount() == 0) {
                    return;
                }
                LOG.warn("PostgreSQL in {} ended by itself; it is started again", installation.home());
                while (!startAgain()) {
                    if (stopping.await(RESTART_PAUSE_SECONDS, TimeUnit.SECONDS)) {
                        return;
                    }
                }
            }
        } catch (InterruptedException stopped) {
            LOG.debug("asked to end");
        }
    }

    private boolean startAgain() throws InterruptedException {
        try {
            installation.prepare();
            process = installation.run(url.port());
            return true;
        } catch (StartException | IOException failed) {
            LOG.warn("PostgreSQL cannot be started again yet: {}", failed.getMessage());
            return false;
        }
    }

    /** Where it listens and who logs in: the owner of the database, who is no superuser. */
    public DatabaseUrl url() {
        return url;
    }

    /** The process; it ends on its own only when PostgreSQL gives up. */
    public ProcessHandle process() {
        return process.toHandle();
    }

    /** Stops it: sessions are ended, everything is written, the process is gone. Returns when that is so. */
    public void stop() throws IOException, InterruptedException {
        stopping.countDown();
        keeper.interrupt();
        keeper.join();
        Process last = process;
        if (last.isAlive()) {
            Leftovers.signal(last.pid(), "INT");
            if (!last.waitFor(FAST_STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("PostgreSQL in {} does not stop; it is made to, and recovers next time", installation.home());
                Leftovers.signal(last.pid(), "QUIT");
                if (!last.waitFor(IMMEDIATE_STOP_SECONDS, TimeUnit.SECONDS)) {
                    last.destroyForcibly();
                }
            }
        }
    }

    private static void requireReach(ChildUser user, Path home) throws StartException {
        if (!user.canEnter(home)) {
            throw new StartException(
                    ExitCode.DATABASE,
                    "The embedded PostgreSQL cannot run as root here, and the user nobody cannot enter " + home
                            + "; put data_dir where every user may pass through, run Valora as another user, or set"
                            + " database_url.");
        }
    }

    private static String password(Path file) throws IOException {
        if (Files.exists(file)) {
            return Files.readString(file).strip();
        }
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        String password = HexFormat.of().formatHex(random);
        SecretFile.write(file, password + "\n");
        return password;
    }

    static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.ofLiteral(LOOPBACK))) {
            return probe.getLocalPort();
        }
    }
}
