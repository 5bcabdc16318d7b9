package dev.valora.bench.load;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** The loop of one sending thread: as soon as a connection's answer is complete, its next request goes out. */
final class LoadWorker implements Callable<LoadTally> {

    private static final int SCRATCH_BYTES = 256 << 10;
    private static final long SELECT_MILLIS = 20;
    private static final long LOOK_FOR_OVERDUE_NANOS = 1_000_000_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final LoadPlan plan;
    private final int connectionCount;
    private final Sequences sequences;
    private final long measureFromNanos;
    private final long stopNanos;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);
    private final List<LoadConnection> connections = new ArrayList<>();

    private int inFlight;
    private long overdueLookNanos;
    private long unsentEvents;
    private Fates total = Fates.NONE;
    private Fates measured = Fates.NONE;
    private final Histogram latencies = new Histogram(TimeUnit.MINUTES.toNanos(10), 3);
    private long lastMeasuredNanos;
    private boolean measuring;
    private long cpuAtMeasureStart;
    private long cpuMeasured;

    /**
     * @param thread its number, from 0
     * @param startNanos the common start of all workers
     */
    LoadWorker(LoadPlan plan, int thread, long startNanos) {
        this.plan = plan;
        int threads = plan.shape().threads();
        int connections = plan.shape().connections();
        this.connectionCount = connections / threads + (thread < connections % threads ? 1 : 0);
        this.sequences = new Sequences(thread, plan.shape().duplicatesPerMille());
        this.unsentEvents = plan.bounds().events() / threads;
        this.measureFromNanos = startNanos + plan.bounds().warmUp().toNanos();
        this.stopNanos = measureFromNanos + plan.bounds().measured().toNanos();
        this.lastMeasuredNanos = measureFromNanos;
        this.overdueLookNanos = startNanos;
    }

    @Override
    public LoadTally call() throws IOException {
        try (Selector selector = Selector.open()) {
            open(selector);
            loop(selector);
        } finally {
            for (LoadConnection connection : connections) {
                connection.close();
            }
        }
        return new LoadTally(total, measured, latencies, lastMeasuredNanos - measureFromNanos, cpuMeasured);
    }

    private void open(Selector selector) throws IOException {
        for (int i = 0; i < connectionCount; i++) {
            LoadConnection connection = new LoadConnection(plan, selector);
            connections.add(connection);
            sendNext(connection, System.nanoTime());
        }
    }

    private void loop(Selector selector) throws IOException {
        while (inFlight > 0) {
            selector.select(SELECT_MILLIS);
            for (SelectionKey key : selector.selectedKeys()) {
                LoadConnection connection = connection(key);
                try {
                    if (connection.advance(scratch)) {
                        long nowNanos = System.nanoTime();
                        answered(connection, nowNanos);
                        sendNext(connection, nowNanos);
                    }
                } catch (IOException e) {
                    giveUp(connection);
                }
            }
            selector.selectedKeys().clear();
            giveUpOverdue(System.nanoTime());
        }
        markCpu(true);
    }

    private void answered(LoadConnection connection, long nowNanos) {
        Fates fates = connection.fates();
        total = total.plus(fates);
        inFlight--;
        connection.setInFlight(false);
        if (nowNanos < measureFromNanos) {
            return;
        }
        if (!measuring) {
            measuring = true;
            cpuAtMeasureStart = THREADS.getCurrentThreadCpuTime();
        }
        if (nowNanos <= stopNanos) {
            measured = measured.plus(fates);
            latencies.recordValue(nowNanos - connection.sentNanos());
            lastMeasuredNanos = nowNanos;
        } else {
            markCpu(false);
        }
    }

    private void markCpu(boolean atEnd) {
        if (cpuMeasured == 0 && (measuring || atEnd)) {
            cpuMeasured = THREADS.getCurrentThreadCpuTime() - cpuAtMeasureStart;
        }
    }

    private void sendNext(LoadConnection connection, long nowNanos) throws IOException {
        RequestBuffer request = connection.request();
        if (nowNanos >= stopNanos || unsentEvents < request.events()) {
            return;
        }
        unsentEvents -= request.events();
        for (int i = 0; i < request.events(); i++) {
            request.set(i, sequences.next());
        }
        inFlight++;
        connection.setInFlight(true);
        connection.send(nowNanos);
    }

    private void giveUpOverdue(long nowNanos) throws IOException {
        if (nowNanos - overdueLookNanos < LOOK_FOR_OVERDUE_NANOS) {
            return;
        }
        overdueLookNanos = nowNanos;
        long oldest = nowNanos - plan.bounds().answerTimeout().toNanos();
        for (LoadConnection connection : connections) {
            if (connection.isInFlight() && connection.sentNanos() - oldest < 0) {
                giveUp(connection);
            }
        }
    }

    /** The connection is not opened again: a server that cuts connections does not get more of them. */
    private void giveUp(LoadConnection connection) throws IOException {
        connection.close();
        if (connection.isInFlight()) {
            inFlight--;
            connection.setInFlight(false);
            total = total.plus(Fates.unknown(connection.request().events()));
        }
    }

    private static LoadConnection connection(SelectionKey key) {
        if (key.attachment() instanceof LoadConnection connection) {
            return connection;
        }
        throw new IllegalStateException("a selection key without its connection");
    }
}
