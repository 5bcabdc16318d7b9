package dev.valora.bench.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The real server, in a process of its own, on a data directory that outlives the process. One thread drives it.
 *
 * <p>The embedded PostgreSQL is a child of the server and survives the server's SIGKILL; the next start takes care of it, and
 * {@link #close}, or the end of this program, ends it if there is no next start.
 */
public final class ValoraServer implements AutoCloseable {

    private static final Duration READY_TIMEOUT = Duration.ofMinutes(2);

    private final Path dataDirectory;
    private final Map<String, String> environment;
    private final URI address;
    private final URI management;
    private final AtExit atExit;
    private @Nullable ReadyProcess process;

    /**
     * Chooses free ports and starts nothing yet.
     *
     * @param dataDirectory made by the server if it is not there
     * @param settings environment variables beside the data directory and the ports
     */
    public ValoraServer(Path dataDirectory, Map<String, String> settings) {
        this.dataDirectory = dataDirectory.toAbsolutePath();
        int[] ports = freePorts();
        this.address = URI.create("http://127.0.0.1:" + ports[0]);
        this.management = URI.create("http://127.0.0.1:" + ports[1]);
        Map<String, String> all = new HashMap<>(settings);
        all.put("VALORA_DATA_DIR", this.dataDirectory.toString());
        all.put("VALORA_HTTP_HOST", "127.0.0.1");
        all.put("VALORA_HTTP_PORT", Integer.toString(ports[0]));
        all.put("VALORA_MANAGEMENT_PORT", Integer.toString(ports[1]));
        this.environment = Map.copyOf(all);
        this.atExit = AtExit.run("end-database-" + ports[0], () -> LeftDatabases.end(this.dataDirectory));
    }

    /** Where the API is. */
    public URI address() {
        return address;
    }

    /** Where its metrics are. */
    public URI management() {
        return management;
    }

    /** Starts the server and returns when it says that it is ready. */
    public void start() throws InterruptedException {
        requireNotRunning();
        process = ReadyProcess.start(command(), environment, Distribution.sourceRoot(), READY_TIMEOUT);
    }

    /** Starts the server and kills it after a while, whether or not it is ready by then. */
    public void startAndKill(Duration after) throws InterruptedException {
        requireNotRunning();
        ReadyProcess started = ReadyProcess.launch(command(), environment, Distribution.sourceRoot());
        process = started;
        if (started.endsWithin(after)) {
            throw new IllegalStateException("the server ended while it started:\n" + started.lastLines());
        }
        started.kill();
    }

    private static List<String> command() {
        return List.of(Distribution.launcher().toString(), "serve");
    }

    private void requireNotRunning() {
        if (process != null && process.isAlive()) {
            throw new IllegalStateException("it runs already");
        }
    }

    /** The running process. */
    public ReadyProcess process() {
        if (process == null) {
            throw new IllegalStateException("it was never started");
        }
        return process;
    }

    /** SIGKILL, as a crash would end it. */
    public void kill() throws InterruptedException {
        process().kill();
    }

    /** Stops the server and its PostgreSQL in the middle of whatever they do, as if time stood still; only a kill ends that. */
    public void freeze() {
        process().freeze();
    }

    /** SIGKILL to the server and its PostgreSQL, as the end of the machine would be. */
    public void killWithDatabase() throws InterruptedException {
        process().killWithChildren();
    }

    /** SIGTERM; returns the exit status. */
    public int stop() throws InterruptedException {
        return process().stop();
    }

    /** Processor time of the server, and of its embedded PostgreSQL, which is its child, so far. */
    public ProcessorUse processorUse() {
        return process().processorUse();
    }

    /** Whether a PostgreSQL runs on the data directory. */
    public boolean hasDatabaseRunning() {
        return !LeftDatabases.running(dataDirectory).isEmpty();
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
        LeftDatabases.end(dataDirectory);
        atExit.close();
    }

    private static int[] freePorts() {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket first = new ServerSocket(0, 1, loopback);
                ServerSocket second = new ServerSocket(0, 1, loopback)) {
            return new int[] {first.getLocalPort(), second.getLocalPort()};
        } catch (IOException e) {
            throw new UncheckedIOException("no free port", e);
        }
    }
}
