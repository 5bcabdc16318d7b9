package dev.valora.config;

import dev.valora.config.management.Health;
import dev.valora.config.management.ManagementServer;
import dev.valora.config.settings.Setting;
import dev.valora.config.settings.Settings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** All parts of the server, in the order in which they start. */
final class Server {

    private final Settings settings;
    private final Parts parts = new Parts();
    private final Health health = new Health();
    private final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final CompletableFuture<StartException> failure = new CompletableFuture<>();

    Server(Settings settings) {
        this.settings = settings;
    }

    void start() throws StartException, InterruptedException {
        ManagementServer management = ManagementServer.start(
                settings.get(Setting.MANAGEMENT_HOST), settings.get(Setting.MANAGEMENT_PORT), health, metrics);
        parts.add("management", management::stop);
        health.started();
    }

    String httpAddress() {
        return "";
    }

    String managementAddress() {
        return "";
    }

    StartException awaitFailure() throws InterruptedException {
        try {
            return failure.get();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    void stop() {
        health.stopping();
        parts.stopAll();
    }
}
