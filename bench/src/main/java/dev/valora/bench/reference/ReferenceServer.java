package dev.valora.bench.reference;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A server that answers usage requests without keeping anything. */
public final class ReferenceServer implements AutoCloseable {

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

    /**
     * Starts on loopback and returns when requests are answered.
     *
     * @param kind what is done with a body
     * @param port 0 for any free one
     */
    public static ReferenceServer start(ReferenceKind kind, int port) throws InterruptedException {
        Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        int loops = Runtime.getRuntime().availableProcessors();
        try {
            Loop first = new Loop(kind, port);
            await(vertx.deployVerticle(first));
            for (int i = 1; i < loops; i++) {
                await(vertx.deployVerticle(new Loop(kind, port)));
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
        private final BodySink sink;
        private @Nullable HttpServer server;

        Loop(ReferenceKind kind, int port) {
            this.port = port;
            this.sink = kind.sink();
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
            HttpServer http = vertx.createHttpServer(options).requestHandler(this::answer);
            server = http;
            return http.listen();
        }

        private void answer(HttpServerRequest request) {
            Receiver receiver = new Receiver(request);
            request.handler(receiver::take);
            request.endHandler(end -> receiver.finish());
        }

        /** A body on its way. */
        private final class Receiver {

            private final HttpServerRequest request;
            private byte[] body;
            private int length;

            Receiver(HttpServerRequest request) {
                this.request = request;
                String announced = request.getHeader("Content-Length");
                this.body = new byte[sink.keepsBody() && announced != null ? Integer.parseInt(announced) : 0];
            }

            void take(Buffer part) {
                if (sink.keepsBody()) {
                    if (length + part.length() > body.length) {
                        body = java.util.Arrays.copyOf(body, length + part.length());
                    }
                    part.getBytes(body, length);
                }
                length += part.length();
            }

            void finish() {
                int events = sink.events(body, length);
                if (events < 0) {
                    request.response().setStatusCode(400).end();
                    return;
                }
                request.response()
                        .putHeader("Content-Type", "application/json")
                        .end("{\"accepted\":" + events + ",\"duplicates\":0}");
            }
        }
    }
}
