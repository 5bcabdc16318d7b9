package dev.valora.ingest.http;

import dev.valora.ingest.Route;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.BindException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** The HTTP server: made by {@link #start}, ended by {@link #stop}. Both block; not to be called on an event loop. */
public final class HttpEdge {

    private static final Duration START_TIME = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final String deployment;
    private final List<EdgeVerticle> instances;
    private final CallThreads threads;
    private final MemoryBudget bodies;
    private final AtomicBoolean stopped = new AtomicBoolean();

    private HttpEdge(Vertx vertx, String deployment, List<EdgeVerticle> instances, EdgeVerticle.Shared shared) {
        this.vertx = vertx;
        this.deployment = deployment;
        this.instances = instances;
        this.threads = shared.threads();
        this.bodies = shared.bodies();
    }

    /**
     * Listens.
     *
     * @param vertx on whose event loops to serve; its transport is the caller's choice
     * @throws HttpStartException when the address cannot be bound
     * @throws IllegalArgumentException when two routes are the same or a template is malformed
     */
    public static HttpEdge start(Vertx vertx, HttpSettings settings, HttpParts parts) {
        List<Route> routes = new ArrayList<>(parts.routes());
        routes.add(UsageHandler.route());
        CallThreads threads = new CallThreads(settings.limits().calls());
        RateLimits rates = new RateLimits(settings.quota(), parts.ticker().nanos());
        MemoryBudget bodies = new MemoryBudget(settings.limits().bodyBudgetBytes());
        EdgeVerticle.Shared shared = new EdgeVerticle.Shared(
                settings, parts, new RouteTable(routes), threads, rates, new AtomicInteger(), bodies);
        List<EdgeVerticle> instances = new CopyOnWriteArrayList<>();
        Future<String> deployed = vertx.deployVerticle(
                () -> {
                    EdgeVerticle verticle = new EdgeVerticle(shared);
                    instances.add(verticle);
                    return verticle;
                },
                new DeploymentOptions().setInstances(settings.instances()));
        try {
            return new HttpEdge(vertx, await(deployed, START_TIME), instances, shared);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            throw new HttpStartException(sentence(settings, cause), cause);
        } catch (TimeoutException slow) {
            throw new HttpStartException(sentence(settings, slow), slow);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new HttpStartException(sentence(settings, interrupted), interrupted);
        }
    }

    private static String sentence(HttpSettings settings, Throwable cause) {
        String address = settings.host() + ":" + settings.port();
        return cause instanceof BindException
                ? "Cannot listen on " + address
                        + ": another process has the port, or the address is not this machine's (" + cause.getMessage()
                        + ")."
                : "Cannot listen on " + address + ": " + cause;
    }

    /** The port that is bound. Any thread. */
    public int port() {
        return instances.getFirst().port();
    }

    /** Bytes of bodies that the loops lent and that did not come back. Any thread. */
    long bodyBytesLent() {
        return bodies.takenBytes();
    }

    /** The loops that serve the port. */
    List<EdgeLoop> loops() {
        return instances.stream()
                .map(EdgeVerticle::loop)
                .filter(Objects::nonNull)
                .toList();
    }

    /**
     * Takes no more connections, closes idle ones, waits for the requests in flight and then closes everything. The single
     * writer must still be running, or usage in flight is not answered. A second call does nothing.
     *
     * @param atMost for all of it; what is not answered by then is cut off
     */
    public void stop(Duration atMost) throws InterruptedException {
        if (!stopped.compareAndSet(false, true)) {
            return;
        }
        long graceMillis = Math.max(1, atMost.toMillis());
        List<Future<Void>> closing = new ArrayList<>();
        for (EdgeVerticle instance : instances) {
            closing.add(instance.shutdown(graceMillis));
        }
        try {
            await(Future.join(closing).mapEmpty(), atMost.plusSeconds(2));
            await(vertx.undeploy(deployment), Duration.ofSeconds(2));
        } catch (ExecutionException | TimeoutException failed) {
            throw new IllegalStateException("the HTTP server did not close", failed);
        } finally {
            threads.close(Duration.ofSeconds(1));
        }
    }

    private static <T> T await(Future<T> future, Duration atMost)
            throws ExecutionException, TimeoutException, InterruptedException {
        return future.toCompletionStage().toCompletableFuture().get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }
}
