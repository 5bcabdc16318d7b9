package dev.valora.ingest.http;

import dev.valora.ingest.HttpObserver;
import io.vertx.core.Context;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jctools.queues.MpscArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the connections of one event loop share. All members belong to that loop, but for {@link #completed} and
 * {@link #run}, which any thread may call.
 */
final class EdgeLoop {

    private static final Logger LOG = LoggerFactory.getLogger(EdgeLoop.class);
    private static final int PREFIX_BYTES = 5;

    private final Context context;
    private final HttpLimits limits;
    private final HttpParts parts;
    private final AtomicInteger openConnections;
    private final BodyBuffers bodies;
    private final UsagePool batches;
    private final Set<Connection> connections = new HashSet<>();
    private final String idPrefix;
    private long ids;
    private boolean stopping;

    // Shared with the writer's thread.
    private final MpscArrayQueue<UsageExchange> completions;
    private final AtomicBoolean draining = new AtomicBoolean();

    EdgeLoop(
            Context context,
            HttpLimits limits,
            HttpParts parts,
            AtomicInteger openConnections,
            MemoryBudget bodyBudget) {
        this.context = context;
        this.limits = limits;
        this.parts = parts;
        this.openConnections = openConnections;
        this.bodies = new BodyBuffers(bodyBudget);
        this.batches = new UsagePool(this, limits.usageInFlight());
        this.completions = new MpscArrayQueue<>(limits.usageInFlight());
        byte[] random = new byte[PREFIX_BYTES];
        new SecureRandom().nextBytes(random);
        this.idPrefix = "req_" + HexFormat.of().formatHex(random) + "-";
    }

    HttpLimits limits() {
        return limits;
    }

    HttpParts parts() {
        return parts;
    }

    HttpObserver observer() {
        return parts.observer();
    }

    BodyBuffers bodies() {
        return bodies;
    }

    UsagePool batches() {
        return batches;
    }

    long nanos() {
        return parts.ticker().nanos();
    }

    /** A name for one request, unlike any other of this server's life and, all but surely, of others. */
    String nextRequestId() {
        return idPrefix + Long.toString(ids++, Character.MAX_RADIX);
    }

    /** Whether answers should tell clients to come back on another connection. */
    boolean isStopping() {
        return stopping;
    }

    void stopping() {
        stopping = true;
    }

    /** Takes a new connection, or closes it when there are too many. */
    void accept(HttpConnection http, HttpServerOptions options) {
        if (openConnections.incrementAndGet() > limits.connections()) {
            openConnections.decrementAndGet();
            http.close();
            return;
        }
        Connection connection = Connection.of(this, http, options);
        connections.add(connection);
        http.exceptionHandler(failure -> LOG.debug("a connection failed", failure));
        http.closeHandler(closed -> {
            connections.remove(connection);
            openConnections.decrementAndGet();
        });
    }

    /** Connections that are open on all loops together. Any thread. */
    int openConnections() {
        return openConnections.get();
    }

    /** Looks at every connection's deadlines. */
    void sweep() {
        long now = nanos();
        // A copy, because closing a connection takes it out of the set.
        for (Connection connection : connections.toArray(Connection[]::new)) {
            connection.sweep(now);
        }
    }

    /** Runs on this loop what was found on another thread. Any thread. */
    void run(Runnable work) {
        try {
            context.runOnContext(now -> work.run());
        } catch (RejectedExecutionException stopped) {
            // The loop is gone and all its connections with it, so there is nobody left to answer.
            LOG.debug("a result came after the event loop had ended", stopped);
        }
    }

    /** The writer is done with a batch. Any thread; wakes the loop once for all that are handed over meanwhile. */
    void completed(UsageExchange exchange) {
        if (!completions.offer(exchange)) {
            throw new IllegalStateException("more batches are completed than were ever in flight");
        }
        if (draining.compareAndSet(false, true)) {
            run(this::drainCompletions);
        }
    }

    private void drainCompletions() {
        // First the flag: whoever comes after the last poll wakes the loop again.
        draining.set(false);
        UsageExchange exchange;
        while ((exchange = completions.poll()) != null) {
            exchange.finish();
        }
    }
}
