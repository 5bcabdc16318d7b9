package dev.valora.config;

import dev.valora.aggregator.store.WindowStore;
import dev.valora.billing.contract.CyclePolicies;
import dev.valora.billing.schedule.BillingRun;
import dev.valora.billing.schedule.BillingVerticle;
import dev.valora.config.clock.SystemWallClock;
import dev.valora.config.management.Health;
import dev.valora.config.management.ManagementServer;
import dev.valora.config.management.ServerMetrics;
import dev.valora.config.postgres.DatabaseLock;
import dev.valora.config.settings.DatabaseUrl;
import dev.valora.config.settings.Setting;
import dev.valora.config.settings.Settings;
import dev.valora.ingest.Agent;
import dev.valora.ingest.Database;
import dev.valora.ingest.Limits;
import dev.valora.ingest.Ticker;
import dev.valora.ingest.WallClock;
import dev.valora.ingest.access.KeyRing;
import dev.valora.ingest.access.MeterRoutes;
import dev.valora.ingest.access.OrganizationStore;
import dev.valora.ingest.access.PgIdempotentReplies;
import dev.valora.ingest.http.HttpEdge;
import dev.valora.ingest.http.HttpParts;
import dev.valora.ingest.http.RejectionLog;
import dev.valora.ingest.intake.IndexMemoryLoop;
import dev.valora.ingest.intake.RetentionLoop;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The server: its parts in the order in which they start, see {@link #start}. The journal is read beside PostgreSQL's start. They
 * stop in reverse. One thread starts it, any
 * other may stop it, also meanwhile.
 */
final class Server {

    private final Settings settings;
    private final PrintWriter err;
    private final Ticker ticker = System::nanoTime;
    private final Parts parts = new Parts();
    private final Health health = new Health();
    private final ServerMetrics metrics = new ServerMetrics();
    private final CompletableFuture<StartException> failure = new CompletableFuture<>();
    private @Nullable Addresses addresses;

    /** Where the server listens, for the line that says it is ready. */
    record Addresses(String http, String management) {}

    /**
     * A server that is not started.
     *
     * @param err for what an operator should see while it starts
     */
    Server(Settings settings, PrintWriter err) {
        this.settings = settings;
        this.err = err;
    }

    /**
     * Starts every part. Returns when requests are answered.
     *
     * @throws StartException with one sentence, when a part cannot start; {@link #stop} then stops the others
     * @throws java.util.concurrent.CancellationException when {@link #stop} was called meanwhile
     */
    void start() throws StartException, InterruptedException {
        Limits.assertRelations();
        DataDirectory directory = openDirectory();
        ManagementServer management = listenForManagement();
        HttpStart httpStart = new HttpStart(settings, parts);
        httpStart.requireFreePort();
        Identity identity = directory.identity(settings, now(new SystemWallClock()));
        String operatorKey = operatorKey(directory);
        PipelineStart pipelineStart =
                new PipelineStart(new PipelineStart.Ports(ticker, health, metrics), settings, parts, err);
        Beside<PipelineStart.Journaled> reading =
                new Beside<>("journal reading", own -> pipelineStart.read(directory, identity, own), parts);
        if (settings.get(Setting.DATABASE_URL).isEmpty()) {
            // PostgreSQL takes seconds to start, and so does the reading of many keys. Another database must be there
            // first: each opening of the journal leaves a file, and retries while it is away would fill the disk.
            reading.begin();
        }
        DatabaseUrl url = ServerDatabase.locate(settings, directory.postgres(), parts);
        DatabaseLock lock = ServerDatabase.lock(url, parts, failure::complete);
        reading.begin();
        health.requireForReadiness("database", () -> lack(lock.databaseAnswers(), "PostgreSQL does not answer."));
        Vertx vertx = httpStart.eventLoops();
        Database database = ServerDatabase.open(url, settings, vertx, parts);
        Pipeline pipeline = pipelineStart.pipeline(reading.await(), identity, new WindowStore(database));
        KeyRing keys = new KeyRing(database, operatorKey, pipeline.clock(), ticker);
        OrganizationStore organizations = new OrganizationStore(database);
        BillingRun billing = billing(database, organizations, pipeline);
        ServedRoutes.Ports ports = ports(database, organizations, keys, pipeline, billing);
        reconcile(ports.meterRoutes());
        run(pipeline.fold());
        run(pipeline.keyFiles());
        for (IndexMemoryLoop.Reach reach : IndexMemoryLoop.Reach.values()) {
            run(new IndexMemoryLoop(pipeline.known().keys().memoryAhead(), reach));
        }
        run(pipeline.intake());
        retention(directory, database, pipeline).ifPresent(this::run);
        deploy(vertx, billing);
        HttpEdge http = httpStart.serve(vertx, httpParts(database, keys, pipeline, ports));
        addresses = new Addresses(
                address(settings.get(Setting.HTTP_HOST), http.port()),
                address(settings.get(Setting.MANAGEMENT_HOST), management.port()));
        health.started();
    }

    /** Once it is started. */
    Addresses addresses() {
        Addresses known = addresses;
        if (known == null) {
            throw new IllegalStateException("the server is not started");
        }
        return known;
    }

    /** Waits until a part fails in a way that ends the server. */
    StartException awaitFailure() throws InterruptedException {
        try {
            return failure.get();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * Stops every part: takes no more requests, answers those in flight, brings the windows up to the journal if that is quickly
     * done, and closes everything.
     */
    void stop() {
        health.stopping();
        parts.stopAll();
    }

    private DataDirectory openDirectory() throws StartException {
        DataDirectory directory = DataDirectory.open(settings.get(Setting.DATA_DIR));
        parts.add("data directory", directory::close);
        metrics.gauge(
                "valora_disk_free_bytes",
                "Free space where the data directory is",
                () -> directory.path().toFile().getUsableSpace());
        return directory;
    }

    private ManagementServer listenForManagement() throws StartException, InterruptedException {
        ManagementServer management = ManagementServer.start(
                settings.get(Setting.MANAGEMENT_HOST),
                settings.get(Setting.MANAGEMENT_PORT),
                health,
                metrics.registry());
        parts.add("management", management::stop);
        parts.add("metrics", metrics::close);
        return management;
    }

    private String operatorKey(DataDirectory directory) throws StartException {
        Optional<String> chosen = settings.get(Setting.OPERATOR_KEY);
        if (chosen.isPresent()) {
            return chosen.get();
        }
        Path file = directory.operatorKeyFile();
        err.println("The operator's key is in " + file);
        err.flush();
        return DataDirectory.readKey(file);
    }

    private BillingRun billing(Database database, OrganizationStore organizations, Pipeline pipeline) {
        return BillingStart.run(
                new BillingRun.Ports(
                        database,
                        organizations,
                        new CyclePolicies(settings.get(Setting.MAX_EVENT_AGE_DAYS)),
                        pipeline.fold(),
                        pipeline.clock(),
                        ticker,
                        metrics.billing()),
                pipeline.known().meters());
    }

    private ServedRoutes.Ports ports(
            Database database, OrganizationStore organizations, KeyRing keys, Pipeline pipeline, BillingRun billing) {
        return new ServedRoutes.Ports(
                database,
                organizations,
                keys,
                pipeline.known().meters(),
                pipeline.intake(),
                pipeline.eventRoutes(),
                pipeline.eventListRoutes(database, ticker),
                new RejectionLog(pipeline.clock()),
                pipeline.fold(),
                pipeline.clock(),
                settings.get(Setting.MAX_EVENT_AGE_DAYS),
                BillingStart.dueWork(billing));
    }

    private HttpParts httpParts(Database database, KeyRing keys, Pipeline pipeline, ServedRoutes.Ports ports) {
        return new HttpParts(
                keys,
                new PgIdempotentReplies(database, pipeline.clock(), ticker),
                pipeline.intake(),
                pipeline::usageReader,
                ServedRoutes.of(ports),
                ports.rejections(),
                metrics.http(),
                ticker);
    }

    private Optional<RetentionLoop> retention(DataDirectory directory, Database database, Pipeline pipeline) {
        return RetentionStart.loop(
                pipeline.journal(),
                directory,
                pipeline.known(),
                new RetentionStart.Ports(database, pipeline.fold(), ticker, metrics),
                settings);
    }

    private static void reconcile(MeterRoutes meters) throws StartException {
        try {
            meters.reconcile();
        } catch (RuntimeException refused) {
            throw Failures.of("list of meters", refused);
        }
    }

    private void run(Agent agent) {
        AgentRunner runner = new AgentRunner(agent, (role, thrown) -> failure.complete(Failures.of(role, thrown)));
        health.requireForLife(agent.roleName(), () -> lack(runner.isAlive(), "It died; the server ends."));
        runner.start();
        parts.add(agent.roleName(), runner::stop);
    }

    private void deploy(Vertx vertx, BillingRun billing) throws InterruptedException {
        String role = billing.roleName();
        BillingVerticle verticle = new BillingVerticle(billing, thrown -> failure.complete(Failures.of(role, thrown)));
        health.requireForLife(role, () -> lack(verticle.isAlive(), "It died; the server ends."));
        parts.add(role, BillingStart.deploy(vertx, verticle));
    }

    private static Optional<String> lack(boolean fine, String otherwise) {
        return fine ? Optional.empty() : Optional.of(otherwise);
    }

    private static Instant now(WallClock clock) {
        return Instant.ofEpochSecond(TimeUnit.MICROSECONDS.toSeconds(clock.epochMicros()));
    }

    private static String address(String host, int port) {
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
