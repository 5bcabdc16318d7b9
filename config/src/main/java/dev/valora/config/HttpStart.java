package dev.valora.config;

import dev.valora.config.settings.Setting;
import dev.valora.config.settings.Settings;
import dev.valora.ingest.http.HttpEdge;
import dev.valora.ingest.http.HttpLimits;
import dev.valora.ingest.http.HttpParts;
import dev.valora.ingest.http.HttpSettings;
import dev.valora.ingest.http.RateQuota;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The port that clients use, and the event loops behind it. The thread that starts the server. */
final class HttpStart {

    private static final Logger LOG = LoggerFactory.getLogger(HttpStart.class);
    private static final int CLOSE_SECONDS = 10;

    private final Settings settings;
    private final Parts parts;

    /** @param parts to which is added what is started here */
    HttpStart(Settings settings, Parts parts) {
        this.settings = settings;
        this.parts = parts;
    }

    /** A taken port is told at once, not after the journal was read. */
    void requireFreePort() throws StartException {
        String host = settings.get(Setting.HTTP_HOST);
        int port = settings.get(Setting.HTTP_PORT);
        try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getAllByName(host)[0])) {
            LOG.debug("The port {} is free", probe.getLocalPort());
        } catch (IOException taken) {
            throw new StartException(
                    ExitCode.PORT,
                    "The port " + port + " on " + host + " cannot be listened on (" + taken.getMessage()
                            + "); choose another http_port or http_host.",
                    taken);
        }
    }

    /** For HTTP and for PostgreSQL. */
    Vertx eventLoops() {
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(loops())
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
        parts.add("event loops", () -> close(vertx));
        return vertx;
    }

    /** Listens; requests are answered from now on. */
    HttpEdge serve(Vertx vertx, HttpParts httpParts) throws StartException {
        HttpSettings where = new HttpSettings(
                settings.get(Setting.HTTP_HOST),
                settings.get(Setting.HTTP_PORT),
                loops(),
                HttpLimits.defaults(),
                quota());
        Duration drain = Duration.ofSeconds(Math.max(1, settings.get(Setting.DRAIN_SECONDS) / 2));
        try {
            HttpEdge http = HttpEdge.start(vertx, where, httpParts);
            parts.add("http", () -> http.stop(drain));
            return http;
        } catch (RuntimeException refused) {
            throw Failures.of("HTTP server", refused);
        }
    }

    private @Nullable RateQuota quota() {
        return settings.get(Setting.RATE_LIMITS)
                ? new RateQuota(
                        settings.get(Setting.ORGANIZATION_EVENTS_PER_SECOND),
                        settings.get(Setting.ORGANIZATION_REQUESTS_PER_SECOND))
                : null;
    }

    private int loops() {
        int chosen = settings.get(Setting.EVENT_LOOPS);
        return chosen == 0 ? Runtime.getRuntime().availableProcessors() : chosen;
    }

    private static void close(Vertx vertx) throws ExecutionException, InterruptedException, TimeoutException {
        vertx.close().toCompletionStage().toCompletableFuture().get(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
