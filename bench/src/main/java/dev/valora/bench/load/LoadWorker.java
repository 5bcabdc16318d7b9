package dev.valora.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The loop of one sending thread: whenever a request is due and a connection is free, it goes out. In a closed loop a request is
 * due as soon as a connection is free; in an open loop it is due at its own time, and waits if no connection is free.
 */
final class LoadWorker implements Callable<LoadTally> {

    private static final int SCRATCH_BYTES = 256 << 10;
    private static final long SELECT_MILLIS = 20;
    private static final long LOOK_FOR_OVERDUE_NANOS = 1_000_000_000;

    /** A selector waits for whole milliseconds; what is due sooner is waited for in naps of so long. */
    private static final long NAP_NANOS = 50_000;

    /** By so much a selector may return late; each nap that is left out leaves the server its processor. */
    private static final long LATE_NANOS = 100_000;

    private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final LoadPlan plan;
    private final int connectionCount;
    private final Sequences sequences;
    private final Arrivals arrivals;
    private final RunningTally tally;
    private final long startNanos;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);
    private final List<LoadConnection> connections = new ArrayList<>();
    private final Deque<LoadConnection> free = new ArrayDeque<>();

    private int inFlight;
    private long overdueLookNanos;
    private long unsentEvents;

    /**
     * @param thread its number, from 0
     * @param startNanos the common start of all workers, by {@link System#nanoTime}
     */
    LoadWorker(LoadPlan plan, int thread, long startNanos) {
        this.plan = plan;
        int threads = plan.shape().threads();
        int all = plan.shape().connections();
        this.connectionCount = all / threads + (thread < all % threads ? 1 : 0);
        this.sequences = new Sequences(thread, plan.events().duplicatesPerMille());
        this.arrivals = Arrivals.of(plan, thread);
        this.tally = new RunningTally(plan, arrivals);
        this.unsentEvents = plan.bounds().events() / threads;
        this.startNanos = startNanos;
    }

    /** Nanoseconds since the start of the run. */
    private long now() {
        return System.nanoTime() - startNanos;
    }

    @Override
    public LoadTally call() throws IOException {
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < connectionCount; i++) {
                LoadConnection connection = new LoadConnection(plan, selector);
                connections.add(connection);
                free.add(connection);
                sendDue(now());
            }
            loop(selector);
        } finally {
            for (LoadConnection connection : connections) {
                connection.close();
            }
        }
        countNeverSent();
        return tally.result();
    }

    private void loop(Selector selector) throws IOException {
        while (inFlight > 0 || maySend(now())) {
            await(selector);
            for (SelectionKey key : selector.selectedKeys()) {
                LoadConnection connection = connection(key);
                try {
                    if (connection.advance(scratch)) {
                        long nowNanos = now();
                        answered(connection, nowNanos);
                        sendDue(nowNanos);
                    }
                } catch (IOException e) {
                    giveUp(connection, now());
                }
            }
            selector.selectedKeys().clear();
            long nowNanos = now();
            sendDue(nowNanos);
            giveUpOverdue(nowNanos);
        }
    }

    private boolean maySend(long nowNanos) {
        return !free.isEmpty() && unsentEvents >= plan.shape().eventsPerRequest() && !arrivals.isOver(nowNanos);
    }

    /** Returns when a connection can go on, a request is due, or after a while. */
    private void await(Selector selector) throws IOException {
        long nowNanos = now();
        long waitNanos = maySend(nowNanos) ? arrivals.nextNanos(nowNanos) - nowNanos : SELECT_MILLIS * NANOS_PER_MILLI;
        long selectMillis = Math.min(SELECT_MILLIS, (waitNanos - LATE_NANOS) / NANOS_PER_MILLI);
        if (selectMillis > 0) {
            selector.select(selectMillis);
        } else if (selector.selectNow() == 0 && waitNanos > 0) {
            LockSupport.parkNanos(Math.min(NAP_NANOS, waitNanos));
        }
    }

    private void answered(LoadConnection connection, long nowNanos) {
        tally.answered(connection.fates(), connection.meantNanos(), connection.sentNanos(), nowNanos);
        inFlight--;
        connection.setInFlight(false);
        free.addLast(connection);
    }

    /** Sends whatever is due, as far as there are free connections. */
    private void sendDue(long nowNanos) throws IOException {
        while (maySend(nowNanos) && arrivals.nextNanos(nowNanos) <= nowNanos) {
            LoadConnection connection = free.removeFirst();
            RequestBuffer request = connection.request();
            unsentEvents -= request.events();
            for (int i = 0; i < request.events(); i++) {
                request.set(i, sequences.next());
            }
            inFlight++;
            connection.setInFlight(true);
            long meantNanos = arrivals.nextNanos(nowNanos);
            arrivals.taken();
            try {
                connection.send(meantNanos, nowNanos);
            } catch (IOException e) {
                giveUp(connection, nowNanos);
            }
        }
    }

    private void countNeverSent() {
        if (arrivals instanceof Arrivals.Scheduled scheduled) {
            int events = plan.shape().eventsPerRequest();
            while (unsentEvents >= events && scheduled.isOwed()) {
                unsentEvents -= events;
                tally.neverSent(scheduled.nextNanos(scheduled.stopNanos()));
                scheduled.taken();
            }
        }
    }

    private void giveUpOverdue(long nowNanos) throws IOException {
        if (nowNanos - overdueLookNanos < LOOK_FOR_OVERDUE_NANOS) {
            return;
        }
        overdueLookNanos = nowNanos;
        long oldest = nowNanos - plan.bounds().answerTimeout().toNanos();
        for (LoadConnection connection : connections) {
            if (connection.isInFlight() && connection.sentNanos() < oldest) {
                giveUp(connection, nowNanos);
            }
        }
    }

    /** The connection is not opened again: a server that cuts connections does not get more of them. */
    private void giveUp(LoadConnection connection, long nowNanos) throws IOException {
        connection.close();
        free.remove(connection);
        if (connection.isInFlight()) {
            inFlight--;
            connection.setInFlight(false);
            tally.unanswered(connection.request().events(), connection.meantNanos(), nowNanos);
        }
    }

    private static LoadConnection connection(SelectionKey key) {
        if (key.attachment() instanceof LoadConnection connection) {
            return connection;
        }
        throw new IllegalStateException("a selection key without its connection");
    }
}
