package dev.valora.ingest.http;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One event loop's server. All instances share the port. */
final class EdgeVerticle extends VerticleBase {

    private static final int CHUNK_BYTES = 64 << 10;
    private static final int SWEEPS_A_DEADLINE = 8;
    private static final int MAX_SWEEP_MILLIS = 1_000;

    /** What the instances of one server share. */
    record Shared(
            HttpSettings settings,
            HttpParts parts,
            RouteTable routes,
            CallThreads threads,
            RateLimits rates,
            AtomicInteger connections,
            MemoryBudget bodies) {}

    private final Shared shared;
    private @Nullable EdgeLoop loop;
    private @Nullable HttpServer server;

    EdgeVerticle(Shared shared) {
        this.shared = shared;
    }

    @Override
    public Future<?> start() {
        HttpServerOptions options = options(shared.settings());
        EdgeLoop edge = new EdgeLoop(
                context, shared.settings().limits(), shared.parts(), shared.connections(), shared.bodies());
        Dispatcher dispatcher = new Dispatcher(edge, shared.routes(), shared.threads(), shared.rates());
        HttpServer http = vertx.createHttpServer(options)
                .connectionHandler(connection -> edge.accept(connection, options))
                .requestHandler(dispatcher::handle)
                .invalidRequestHandler(dispatcher::handleMalformed);
        loop = edge;
        server = http;
        vertx.setPeriodic(sweepMillis(shared.settings().limits()), timer -> edge.sweep());
        return http.listen();
    }

    /** Null before the start. */
    @Nullable
    EdgeLoop loop() {
        return loop;
    }

    /** The port that was bound. */
    int port() {
        return server == null ? 0 : server.actualPort();
    }

    /** Takes no more connections and ends when every request in flight is answered, or the time is over. Any thread. */
    Future<Void> shutdown(long graceMillis) {
        HttpServer http = server;
        EdgeLoop edge = loop;
        if (http == null || edge == null) {
            return Future.succeededFuture();
        }
        edge.run(edge::stopping);
        return http.shutdown(graceMillis, TimeUnit.MILLISECONDS);
    }

    /** Often enough to be at most an eighth of the shortest deadline late. */
    private static long sweepMillis(HttpLimits limits) {
        int shortest = Math.min(
                Math.min(limits.headMillis(), limits.bodyMillis()),
                Math.min(limits.idleMillis(), limits.stalledMillis()));
        return Math.clamp(shortest / SWEEPS_A_DEADLINE, 1, MAX_SWEEP_MILLIS);
    }

    private static HttpServerOptions options(HttpSettings settings) {
        // Idle time-outs are the loop's sweep; HTTP/2 and compression are surfaces that nobody asked for.
        return new HttpServerOptions()
                .setHost(settings.host())
                // Vert.x gives each instance a port of its own for 0, and all of them the same one for -1.
                .setPort(settings.port() == 0 ? -1 : settings.port())
                .setAcceptBacklog(HttpLimits.ACCEPT_BACKLOG)
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true)
                .setHttp2ClearTextEnabled(false)
                .setCompressionSupported(false)
                .setDecompressionSupported(false)
                // Left on, they put a handler into every pipeline that ends a connection with 128 requests ahead.
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setHandle100ContinueAutomatically(false)
                .setMaxInitialLineLength(HttpLimits.REQUEST_LINE_BYTES)
                .setMaxHeaderSize(HttpLimits.HEAD_BYTES)
                .setMaxChunkSize(CHUNK_BYTES);
    }
}
