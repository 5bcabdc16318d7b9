package dev.valora.bench.reference;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server that gives the bodies of usage requests to a sink and answers what that tells. */
public final class ReferenceServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ReferenceServer.class);

    // The options of Valora's own server; they are part of what is compared.
    private static final int ACCEPT_BACKLOG = 1_024;
    private static final int LINE_BYTES = 8 << 10;
    private static final int HEAD_BYTES = 16 << 10;
    private static final int CHUNK_BYTES = 64 << 10;
    private static final long START_SECONDS = 30;

    private final Vertx vertx;
    private final int port;

    private ReferenceServer(Vertx vertx, int port) {
        this.vertx = vertx;
        this.port = port;
    }

    /** Makes the sink of an event loop. */
    interface Sinks {
        BodySink forLoop(Vertx vertx);
    }

    /**
     * Starts a server that keeps nothing on loopback and returns when requests are answered.
     *
     * @param kind what is done with a body
     * @param port 0 for any free one
     */
    public static ReferenceServer start(ReferenceKind kind, int port) throws InterruptedException {
        return switch (kind) {
            case THROW_AWAY -> start(vertx -> new ThrowAway(), port);
            case PARSE_ONLY -> start(vertx -> new ParseOnly(), port);
            case PARSE_EVENTS -> start(vertx -> new ParseEvents(), port);
            case ONE_INSERT, MULTI_INSERT -> throw new IllegalArgumentException(kind + " needs a database");
        };
    }

    /** The same with any sinks. */
    static ReferenceServer start(Sinks sinks, int port) throws InterruptedException {
        Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        int loops = Runtime.getRuntime().availableProcessors();
        try {
            Loop first = new Loop(sinks, port);
            await(vertx.deployVerticle(first));
            for (int i = 1; i < loops; i++) {
                await(vertx.deployVerticle(new Loop(sinks, port)));
            }
            return new ReferenceServer(vertx, first.actualPort());
        } catch (ExecutionException | TimeoutException e) {
            vertx.close();
            throw new IllegalStateException("the reference server did not start: " + e.getMessage(), e);
        }
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    @Override
    public void close() {
        vertx.close();
    }

    private static <T> void await(Future<T> future) throws InterruptedException, ExecutionException, TimeoutException {
        future.toCompletionStage().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
    }

    /** One event loop of it. */
    private static final class Loop extends VerticleBase {

        private final int port;
        private final Sinks sinks;
        private @Nullable HttpServer server;

        Loop(Sinks sinks, int port) {
            this.port = port;
            this.sinks = sinks;
        }

        int actualPort() {
            if (server == null) {
                throw new IllegalStateException("not started");
            }
            return server.actualPort();
        }

        @Override
        public Future<?> start() {
            HttpServerOptions options = new HttpServerOptions()
                    .setHost("127.0.0.1")
                    // Vert.x gives each instance a port of its own for 0, and all of them the same one for -1.
                    .setPort(port == 0 ? -1 : port)
                    .setAcceptBacklog(ACCEPT_BACKLOG)
                    .setTcpNoDelay(true)
                    .setTcpKeepAlive(true)
                    .setHttp2ClearTextEnabled(false)
                    .setCompressionSupported(false)
                    .setDecompressionSupported(false)
                    .setMaxInitialLineLength(LINE_BYTES)
                    .setMaxHeaderSize(HEAD_BYTES)
                    .setMaxChunkSize(CHUNK_BYTES);
            BodySink sink = sinks.forLoop(vertx);
            HttpServer http = vertx.createHttpServer(options).requestHandler(request -> answer(request, sink));
            server = http;
            return http.listen();
        }

        private static void answer(HttpServerRequest request, BodySink sink) {
            Receiver receiver = new Receiver(request, sink);
            request.handler(receiver::take);
            request.endHandler(end -> receiver.finish());
        }
    }

    /** A body on its way, and its answer. */
    private static final class Receiver implements BodySink.Answer {

        private final HttpServerRequest request;
        private final BodySink sink;
        private byte[] body;
        private int length;

        Receiver(HttpServerRequest request, BodySink sink) {
            this.request = request;
            this.sink = sink;
            String announced = request.getHeader("Content-Length");
            this.body = new byte[sink.keepsBody() && announced != null ? Integer.parseInt(announced) : 0];
        }

        void take(Buffer part) {
            if (sink.keepsBody()) {
                if (length + part.length() > body.length) {
                    body = Arrays.copyOf(body, length + part.length());
                }
                part.getBytes(body, length);
            }
            length += part.length();
        }

        void finish() {
            sink.take(body, length, this);
        }

        @Override
        public void taken(int accepted, int duplicates) {
            request.response()
                    .putHeader("Content-Type", "application/json")
                    .end("{\"accepted\":" + accepted + ",\"duplicates\":" + duplicates + "}");
        }

        @Override
        public void malformed() {
            request.response().setStatusCode(400).end();
        }

        @Override
        public void failed(Throwable cause) {
            LOG.error("a request failed", cause);
            request.response().setStatusCode(500).end();
        }
    }
}
