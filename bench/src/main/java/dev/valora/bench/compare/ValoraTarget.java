package dev.valora.bench.compare;

import dev.valora.bench.client.ApiClient;
import dev.valora.bench.client.Metrics;
import dev.valora.bench.client.UsageReading;
import dev.valora.bench.client.UsageWindow;
import dev.valora.bench.load.Fates;
import dev.valora.bench.load.LoadOrganization;
import dev.valora.bench.load.LoadPlan;
import dev.valora.bench.server.Directories;
import dev.valora.bench.server.ProcessorUse;
import dev.valora.bench.server.ValoraServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Valora's distribution on an empty data directory, which is removed at the end. One thread. */
public final class ValoraTarget implements Target {

    private static final String OPERATOR_KEY = "operator-key-of-the-comparison";
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration SETTLE_TIMEOUT = Duration.ofMinutes(5);
    private static final long LOOK_AGAIN_MILLIS = 20;

    private final Path directory;
    private final ValoraServer server;
    private final String key;
    private final ApiClient client;
    private final LoadPlan.Windows windows;
    private Fates all = Fates.NONE;

    private ValoraTarget(Path directory, ValoraServer server, String key, LoadPlan.Windows windows) {
        this.directory = directory;
        this.server = server;
        this.key = key;
        this.client = new ApiClient(server.address(), key, CALL_TIMEOUT);
        this.windows = windows;
    }

    /**
     * Starts it.
     *
     * @param parent where the data directory is made: the disk that is measured
     * @param windows that all events will fall into
     */
    public static ValoraTarget start(Path parent, LoadPlan.Windows windows) throws IOException, InterruptedException {
        Path directory = Directories.temporary(parent);
        ValoraServer server = new ValoraServer(
                data(directory), Map.of("VALORA_OPERATOR_KEY", OPERATOR_KEY, "VALORA_RATE_LIMITS", "off"));
        try {
            server.start();
            String key = LoadOrganization.create(server.address(), OPERATOR_KEY, windows.meters(), CALL_TIMEOUT);
            return new ValoraTarget(directory, server, key, windows);
        } catch (IOException | RuntimeException | InterruptedException e) {
            server.close();
            throw e;
        }
    }

    /** The server, which may be killed and started again. */
    public ValoraServer server() {
        return server;
    }

    /** The server's data directory. */
    public Path data() {
        return data(directory);
    }

    private static Path data(Path directory) {
        return directory.resolve("data");
    }

    @Override
    public URI address() {
        return server.address();
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public ProcessorUse processorUse() {
        return server.processorUse();
    }

    @Override
    public Background background() throws IOException, InterruptedException {
        Metrics metrics = Metrics.read(server.management());
        return new Background(
                metrics.count("valora_aggregator_windows_total"),
                metrics.count("valora_journal_commit_duration_seconds_count"));
    }

    @Override
    public Duration settle(Fates sent) throws IOException, InterruptedException {
        all = all.plus(sent);
        long startNanos = System.nanoTime();
        long counted = counted();
        while (counted < all.accepted()) {
            if (System.nanoTime() - startNanos > SETTLE_TIMEOUT.toNanos()) {
                throw new IllegalStateException(
                        counted + " events are counted after " + SETTLE_TIMEOUT + ", not " + all.accepted());
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
            counted = counted();
        }
        if (counted > all.accepted() + all.unknown()) {
            throw new IllegalStateException(counted + " events are counted, only " + all.accepted() + " were accepted");
        }
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    private long counted() throws IOException, InterruptedException {
        Instant end = windows.lastTime().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS);
        Instant begin = end.minus(windows.hours(), ChronoUnit.HOURS);
        long counted = 0;
        for (int meter = 0; meter < windows.meters(); meter++) {
            UsageReading reading = client.usage(LoadPlan.meterCode(meter), begin, end, "total");
            counted += reading.windows().stream().mapToLong(UsageWindow::events).sum();
        }
        return counted;
    }

    @Override
    public void close() {
        client.close();
        server.close();
        Directories.delete(directory);
    }
}
