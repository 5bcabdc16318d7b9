package dev.valora.bench.restart;

import dev.valora.bench.client.Metrics;
import dev.valora.bench.compare.ValoraTarget;
import dev.valora.bench.load.LoadPlan;
import dev.valora.bench.load.LoadResult;
import dev.valora.bench.load.LoadRun;
import dev.valora.bench.server.ValoraServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A server that is filled, killed and started again. One thread; closing it ends the server and removes its data. */
final class RestartRun implements AutoCloseable {

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration LOAD_AT_MOST = Duration.ofHours(1);
    private static final int CONNECTIONS = 64;
    private static final int BATCH = 1_000;
    private static final int CUSTOMERS = 100;

    private final ValoraTarget target;
    private final ValoraServer server;
    private final LoadPlan.Windows windows;
    private int loads;
    private long sent;

    private RestartRun(ValoraTarget target, LoadPlan.Windows windows) {
        this.target = target;
        this.server = target.server();
        this.windows = windows;
    }

    /** @param eventTime of all events */
    static RestartRun start(Path parent, Instant eventTime) throws IOException, InterruptedException {
        LoadPlan.Windows windows = new LoadPlan.Windows(eventTime, 1, CUSTOMERS, 1);
        return new RestartRun(ValoraTarget.start(parent, windows), windows);
    }

    /** Sends until so many events are known in all, kills the server, starts it, and once more. */
    RestartFigure at(long events) throws IOException, InterruptedException {
        if (events > sent) {
            send(events - sent);
        }
        RestartFigure.Memory memory = memory();
        long journalBytes = bytesIn(target.data().resolve("journal"));
        long newestBytes = newestBytes();
        Duration first = killAndStart();
        Duration second = killAndStart();
        long keyFileBytes = bytesIn(target.data().resolve("keys"));
        return new RestartFigure(sent, journalBytes, newestBytes, keyFileBytes, memory, first, second);
    }

    /** Returns when they are counted. */
    private void send(long events) throws IOException, InterruptedException {
        loads++;
        LoadPlan plan = new LoadPlan(
                new LoadPlan.Destination(
                        new InetSocketAddress(
                                InetAddress.getLoopbackAddress(),
                                target.address().getPort()),
                        target.key()),
                new LoadPlan.Shape(1, CONNECTIONS, BATCH),
                LoadPlan.Pace.CLOSED,
                new LoadPlan.Bounds(events, Duration.ZERO, LOAD_AT_MOST, ANSWER_TIMEOUT),
                new LoadPlan.Events(loads, windows, 0));
        LoadResult result = LoadRun.run(plan);
        if (result.total().accepted() != events) {
            throw new IllegalStateException(events + " events were to be accepted: " + result.toText());
        }
        sent += events;
        target.settle(result.total());
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
        try (Stream<Path> files = Files.list(target.data().resolve("journal"))) {
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
        target.close();
    }
}
