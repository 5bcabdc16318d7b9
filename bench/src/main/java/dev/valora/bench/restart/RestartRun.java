package dev.valora.bench.restart;

import dev.valora.bench.client.ApiClient;
import dev.valora.bench.client.Metrics;
import dev.valora.bench.client.UsageWindow;
import dev.valora.bench.load.LoadOrganization;
import dev.valora.bench.load.LoadPlan;
import dev.valora.bench.load.LoadResult;
import dev.valora.bench.load.LoadRun;
import dev.valora.bench.server.Directories;
import dev.valora.bench.server.ValoraServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server that is filled, killed and started again. One thread; closing it ends the server and removes its data. */
final class RestartRun implements AutoCloseable {

    private static final String OPERATOR_KEY = "operator-key-of-the-restarts";
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration LOAD_AT_MOST = Duration.ofHours(1);
    private static final Duration COUNT_AT_MOST = Duration.ofMinutes(5);
    private static final int CONNECTIONS = 64;
    private static final int BATCH = 1_000;
    private static final int CUSTOMERS = 100;
    private static final long LOOK_AGAIN_MILLIS = 50;

    private final Path directory;
    private final ValoraServer server;
    private final String key;
    private final Instant eventTime;
    private int loads;
    private long sent;

    private RestartRun(Path directory, ValoraServer server, String key, Instant eventTime) {
        this.directory = directory;
        this.server = server;
        this.key = key;
        this.eventTime = eventTime;
    }

    /** @param eventTime of all events */
    static RestartRun start(Path parent, Instant eventTime) throws IOException, InterruptedException {
        Path directory = Directories.temporary(parent);
        ValoraServer server = new ValoraServer(
                directory.resolve("data"), Map.of("VALORA_OPERATOR_KEY", OPERATOR_KEY, "VALORA_RATE_LIMITS", "off"));
        try {
            server.start();
            String key = LoadOrganization.create(server.address(), OPERATOR_KEY, 1, CALL_TIMEOUT);
            return new RestartRun(directory, server, key, eventTime);
        } catch (IOException | RuntimeException | InterruptedException e) {
            server.close();
            throw e;
        }
    }

    /** Sends until so many events are known in all, kills the server, starts it, and once more. */
    RestartFigure at(long events) throws IOException, InterruptedException {
        if (events > sent) {
            send(events - sent);
            awaitCounted();
        }
        RestartFigure.Memory memory = memory();
        long journalBytes = bytesIn(data().resolve("journal"));
        long newestBytes = newestBytes();
        Duration first = killAndStart();
        Duration second = killAndStart();
        long keyFileBytes = bytesIn(data().resolve("keys"));
        return new RestartFigure(sent, journalBytes, newestBytes, keyFileBytes, memory, first, second);
    }

    private Path data() {
        return directory.resolve("data");
    }

    private void send(long events) throws InterruptedException {
        loads++;
        LoadPlan plan = new LoadPlan(
                new LoadPlan.Destination(
                        new InetSocketAddress(
                                InetAddress.getLoopbackAddress(),
                                server.address().getPort()),
                        key),
                new LoadPlan.Shape(1, CONNECTIONS, BATCH),
                LoadPlan.Pace.CLOSED,
                new LoadPlan.Bounds(events, Duration.ZERO, LOAD_AT_MOST, CALL_TIMEOUT),
                new LoadPlan.Events(loads, new LoadPlan.Windows(eventTime, 1, CUSTOMERS, 1), 0));
        LoadResult result = LoadRun.run(plan);
        if (result.total().accepted() != events) {
            throw new IllegalStateException(events + " events were to be accepted: " + result.toText());
        }
        sent += events;
    }

    private void awaitCounted() throws IOException, InterruptedException {
        Instant hour = eventTime.truncatedTo(ChronoUnit.HOURS);
        long untilNanos = System.nanoTime() + COUNT_AT_MOST.toNanos();
        try (ApiClient client = new ApiClient(server.address(), key, CALL_TIMEOUT)) {
            long counted = 0;
            while (counted < sent) {
                if (System.nanoTime() > untilNanos) {
                    throw new IllegalStateException(counted + " of " + sent + " events are counted");
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
                counted =
                        client
                                .usage(LoadPlan.meterCode(0), hour, hour.plus(1, ChronoUnit.HOURS), "total")
                                .windows()
                                .stream()
                                .mapToLong(UsageWindow::events)
                                .sum();
            }
        }
    }

    private RestartFigure.Memory memory() throws IOException, InterruptedException {
        Metrics metrics = Metrics.read(server.management());
        requireAllKeys(metrics);
        return new RestartFigure.Memory(
                metrics.count("jvm_memory_used_bytes", "area=\"heap\""),
                server.process().anonymousBytes(),
                metrics.count("valora_dedup_bytes"));
    }

    private void requireAllKeys(Metrics metrics) {
        long known = metrics.count("valora_dedup_keys");
        if (known != sent) {
            throw new IllegalStateException("the server knows " + known + " keys, and acknowledged " + sent);
        }
    }

    private Duration killAndStart() throws IOException, InterruptedException {
        server.kill();
        long startNanos = System.nanoTime();
        server.start();
        Duration ready = Duration.ofNanos(System.nanoTime() - startNanos);
        requireAllKeys(Metrics.read(server.management()));
        return ready;
    }

    private long newestBytes() throws IOException {
        try (Stream<Path> files = Files.list(data().resolve("journal"))) {
            Path newest = files.filter(file -> file.getFileName().toString().matches("\\d{10}"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
            return bytesIn(newest);
        }
    }

    private static long bytesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> all = files.toList();
            long bytes = 0;
            for (Path file : all) {
                bytes += Files.isRegularFile(file) ? Files.size(file) : 0;
            }
            return bytes;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void close() {
        server.close();
        Directories.delete(directory);
    }
}
