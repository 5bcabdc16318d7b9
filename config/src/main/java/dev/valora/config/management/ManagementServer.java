package dev.valora.config.management;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.config.ExitCode;
import dev.valora.config.StartException;
import dev.valora.ingest.Json;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Serves {@code /health/live}, {@code /health/ready} and {@code /metrics}. Started and stopped by the server's thread. */
public final class ManagementServer {

    private static final int IDLE_SECONDS = 30;
    private static final int START_SECONDS = 10;
    private static final String JSON = "application/json";

    private final Vertx vertx;
    private final HttpServer server;

    private ManagementServer(Vertx vertx, HttpServer server) {
        this.vertx = vertx;
        this.server = server;
    }

    /**
     * Listens.
     *
     * @param port 0 takes any free one, see {@link #port}
     * @throws StartException when the port is taken
     */
    public static ManagementServer start(String host, int port, Health health, PrometheusMeterRegistry metrics)
            throws StartException, InterruptedException {
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
        HttpServerOptions options = new HttpServerOptions()
                .setHost(host)
                .setPort(port)
                .setIdleTimeout(IDLE_SECONDS)
                .setHttp2ClearTextEnabled(false);
        HttpServer server = vertx.createHttpServer(options).requestHandler(request -> answer(request, health, metrics));
        try {
            server.listen().toCompletionStage().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
            return new ManagementServer(vertx, server);
        } catch (ExecutionException | TimeoutException failed) {
            vertx.close();
            Throwable reason = failed.getCause() == null ? failed : failed.getCause();
            throw new StartException(
                    ExitCode.PORT,
                    "The management port " + port + " on " + host + " cannot be listened on (" + reason.getMessage()
                            + "); choose another management_port or management_host.",
                    failed);
        }
    }

    /** The port that is listened on. */
    public int port() {
        return server.actualPort();
    }

    /** Stops listening and ends the event loop. */
    public void stop() throws InterruptedException, ExecutionException, TimeoutException {
        vertx.close().toCompletionStage().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
    }

    private static void answer(HttpServerRequest request, Health health, PrometheusMeterRegistry metrics) {
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            request.response().putHeader("Allow", "GET, HEAD");
            send(request, 405, JSON, Json.object().put("status", "use GET"));
            return;
        }
        String path = request.path();
        switch (path == null ? "" : path) {
            case "/health/live" -> sendHealth(request, "live", health.lackingForLife());
            case "/health/ready" -> sendHealth(request, "ready", health.lackingForReadiness());
            case "/metrics" ->
                send(request, 200, "text/plain; version=0.0.4; charset=utf-8", Buffer.buffer(metrics.scrape()));
            default -> send(request, 404, JSON, Json.object().put("status", "/health/live, /health/ready or /metrics"));
        }
    }

    private static void sendHealth(HttpServerRequest request, String word, List<Health.Lack> lacking) {
        ObjectNode body = Json.object().put("status", lacking.isEmpty() ? word : "not_" + word);
        ArrayNode parts = body.putArray("parts");
        lacking.forEach(lack -> parts.addObject().put("part", lack.part()).put("detail", lack.detail()));
        send(request, lacking.isEmpty() ? 200 : 503, JSON, body);
    }

    private static void send(HttpServerRequest request, int status, String contentType, ObjectNode body) {
        send(request, status, contentType, Buffer.buffer(Json.bytes(body)));
    }

    private static void send(HttpServerRequest request, int status, String contentType, Buffer body) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", contentType)
                .putHeader("Content-Length", Integer.toString(body.length()));
        if (request.method().equals(HttpMethod.HEAD)) {
            request.response().end();
        } else {
            request.response().end(body);
        }
    }
}
