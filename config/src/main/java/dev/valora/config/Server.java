package dev.valora.config;

import dev.valora.aggregator.follow.FoldLoop;
import dev.valora.aggregator.follow.FoldSettings;
import dev.valora.aggregator.follow.FollowedJournal;
import dev.valora.aggregator.query.EventListRoutes;
import dev.valora.aggregator.store.Checkpoint;
import dev.valora.aggregator.store.WindowStore;
import dev.valora.billing.contract.CyclePolicies;
import dev.valora.billing.schedule.BillingRun;
import dev.valora.billing.schedule.BillingVerticle;
import dev.valora.config.clock.GuardedClock;
import dev.valora.config.clock.ManualClock;
import dev.valora.config.clock.SystemWallClock;
import dev.valora.config.management.Health;
import dev.valora.config.management.ManagementServer;
import dev.valora.config.management.Progressing;
import dev.valora.config.management.ServerMetrics;
import dev.valora.config.postgres.DatabaseLock;
import dev.valora.config.settings.DatabaseUrl;
import dev.valora.config.settings.Setting;
import dev.valora.config.settings.Settings;
import dev.valora.ingest.Agent;
import dev.valora.ingest.Database;
import dev.valora.ingest.IntakeObserver;
import dev.valora.ingest.Journal;
import dev.valora.ingest.Limits;
import dev.valora.ingest.Ticker;
import dev.valora.ingest.WallClock;
import dev.valora.ingest.access.KeyRing;
import dev.valora.ingest.access.MeterRoutes;
import dev.valora.ingest.access.OrganizationStore;
import dev.valora.ingest.access.PgIdempotentReplies;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.events.EventRoutes;
import dev.valora.ingest.http.HttpEdge;
import dev.valora.ingest.http.HttpLimits;
import dev.valora.ingest.http.HttpParts;
import dev.valora.ingest.http.HttpSettings;
import dev.valora.ingest.http.RateQuota;
import dev.valora.ingest.http.RejectionLog;
import dev.valora.ingest.intake.IndexMemoryLoop;
import dev.valora.ingest.intake.IntakeLoop;
import dev.valora.ingest.intake.KeyFileLoop;
import dev.valora.ingest.journal.ChronicleJournal;
import dev.valora.ingest.keys.KeyFiles;
import dev.valora.ingest.parse.UsageParser;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server: its parts in the order in which they start, see {@link #start}. They stop in reverse. One thread starts it, any
 * other may stop it, also meanwhile.
 */
final class Server {

    private static final Logger LOG = LoggerFactory.getLogger(Server.class);
    private static final int CLOSE_SECONDS = 10;

    private final Settings settings;
    private final PrintWriter err;
    private final Ticker ticker = System::nanoTime;
    private final Parts parts = new Parts();
    private final Health health = new Health();
    private final ServerMetrics metrics = new ServerMetrics();
    private final CompletableFuture<StartException> failure = new CompletableFuture<>();
    private final AtomicReference<Runnable> lastKeyFile = new AtomicReference<>(() -> {});
    private @Nullable Addresses addresses;

    /** Where the server listens, for the line that says it is ready. */
    record Addresses(String http, String management) {}

    /** Everything between the journal and PostgreSQL. */
    private record Pipeline(
            WallClock clock, JournalStart known, IntakeLoop intake, FoldLoop fold, KeyFileLoop keyFiles) {}

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
        requireFreeHttpPort();
        Identity identity = directory.identity(settings, now(new SystemWallClock()));
        String operatorKey = operatorKey(directory);
        DatabaseUrl url = ServerDatabase.locate(settings, directory.postgres(), parts);
        DatabaseLock lock = ServerDatabase.lock(url, parts, failure::complete);
        health.requireForReadiness("database", () -> lack(lock.databaseAnswers(), "PostgreSQL does not answer."));
        Vertx vertx = eventLoops();
        Database database = ServerDatabase.open(url, settings, vertx, parts);
        // Stopped after the journal, whose closing seals the file that this one stands for.
        parts.add("last key file", () -> lastKeyFile.get().run());
        ChronicleJournal journal = openJournal(directory);
        KeyFiles keyFiles = new KeyFiles(directory.keys(), journal.id(), new EventHash(identity.hashSecret()));
        Pipeline pipeline = pipeline(journal, keyFiles, identity, new WindowStore(database));
        KeyRing keys = new KeyRing(database, operatorKey, pipeline.clock(), ticker);
        OrganizationStore organizations = new OrganizationStore(database);
        BillingRun billing = BillingStart.run(
                new BillingRun.Ports(
                        database,
                        organizations,
                        new CyclePolicies(settings.get(Setting.MAX_EVENT_AGE_DAYS)),
                        pipeline.fold(),
                        pipeline.clock(),
                        ticker,
                        metrics.billing()),
                pipeline.known().meters());
        ServedRoutes.Ports ports = new ServedRoutes.Ports(
                database,
                organizations,
                keys,
                pipeline.known().meters(),
                pipeline.intake(),
                new EventRoutes(
                        pipeline.intake(),
                        journal::read,
                        journal::removedThroughMicros,
                        () -> new EventHash(identity.hashSecret())),
                new EventListRoutes(journal, database, pipeline.known().meters(), pipeline.fold(), ticker),
                new RejectionLog(pipeline.clock()),
                pipeline.fold(),
                pipeline.clock(),
                settings.get(Setting.MAX_EVENT_AGE_DAYS),
                BillingStart.dueWork(billing));
        reconcile(ports.meterRoutes());
        run(pipeline.fold());
        run(pipeline.keyFiles());
        run(new IndexMemoryLoop(pipeline.known().keys()));
        run(pipeline.intake());
        RetentionStart.loop(
                        journal,
                        directory,
                        pipeline.known(),
                        new RetentionStart.Ports(database, pipeline.fold(), ticker, metrics),
                        settings)
                .ifPresent(this::run);
        deploy(vertx, billing);
        HttpEdge http = serve(
                vertx,
                new HttpParts(
                        keys,
                        new PgIdempotentReplies(database, pipeline.clock(), ticker),
                        pipeline.intake(),
                        () -> new UsageParser(
                                new EventHash(identity.hashSecret()),
                                pipeline.known().meters())::parse,
                        ServedRoutes.of(ports),
                        ports.rejections(),
                        metrics.http(),
                        ticker));
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

    /** A taken port is told at once, not after the journal was read. */
    private void requireFreeHttpPort() throws StartException {
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

    private Vertx eventLoops() {
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(loops())
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
        parts.add("event loops", () -> close(vertx));
        return vertx;
    }

    private ChronicleJournal openJournal(DataDirectory directory) throws StartException {
        try {
            ChronicleJournal journal =
                    ChronicleJournal.open(directory.journal(), JournalStart.options(settings, ticker));
            parts.add("journal", journal::close);
            RetentionStart.finish(journal, directory);
            JournalStart.watch(journal, directory, metrics);
            return journal;
        } catch (RuntimeException refused) {
            throw Failures.of("journal", refused);
        }
    }

    private Pipeline pipeline(Journal journal, KeyFiles keyFiles, Identity identity, WindowStore windows)
            throws StartException {
        try {
            Checkpoint applied = windows.attach(journal.id(), journal.firstSequence(), journal.forcedSequence());
            JournalStart known =
                    JournalStart.replay(journal, keyFiles, identity, settings, new JournalStart.Notices(ticker, err));
            parts.add("idempotency keys", known.keys()::close);
            long floorMicros = Math.max(journal.lastAcceptedMicros(), applied.appliedThroughMicros());
            WallClock clock = clock(identity, floorMicros);
            FoldLoop fold = new FoldLoop(
                    new FollowedJournal(journal, known.meters()),
                    windows,
                    ticker,
                    metrics.fold(),
                    FoldSettings.DEFAULT);
            fold.resume(applied);
            IntakeObserver observer = new WakingObserver(metrics.intake(), fold::wake);
            IntakeLoop intake = new IntakeLoop(
                    new IntakeLoop.Ports(journal, clock, ticker, observer),
                    known.forWriter(),
                    applied.appliedThroughMicros());
            KeyFileLoop keyFileLoop = new KeyFileLoop(
                    journal, keyFiles, new EventHash(identity.hashSecret()), ticker, intake.claimedKeys());
            lastKeyFile.set(keyFileLoop::finish);
            Pipeline pipeline = new Pipeline(clock, known, intake, fold, keyFileLoop);
            watch(pipeline, journal);
            return pipeline;
        } catch (RuntimeException refused) {
            throw Failures.of("journal", refused);
        }
    }

    private WallClock clock(Identity identity, long floorMicros) {
        return switch (identity.clock()) {
            case SYSTEM -> {
                GuardedClock guarded = new GuardedClock(new SystemWallClock(), ticker);
                metrics.gauge(
                        "valora_clock_apart_seconds",
                        "How far the machine's clock is ahead of monotonic time; beyond 300 nothing is accepted",
                        () -> guarded.apartMicros() / 1e6);
                yield guarded;
            }
            case MANUAL -> {
                long startMicros = identity.clockStart()
                        .map(start -> TimeUnit.SECONDS.toMicros(start.getEpochSecond()) + start.getNano() / 1_000)
                        .orElse(0L);
                yield new ManualClock(Math.max(startMicros, floorMicros));
            }
        };
    }

    private void watch(Pipeline pipeline, Journal journal) {
        IntakeLoop intake = pipeline.intake();
        FoldLoop fold = pipeline.fold();
        health.requireForReadiness("journal", () -> lack(intake.isOpen(), "The journal takes nothing."));
        health.requireForReadiness(
                "aggregator", new Progressing(fold::appliedSequence, journal::forcedSequence, ticker));
        metrics.gauge("valora_ingest_queue_batches", "Requests waiting for the writer", intake::queuedBatches);
        metrics.gauge("valora_ingest_queue_bytes", "Bytes waiting for the writer", intake::queuedBytes);
        pipeline.known().watch(metrics);
        metrics.gauge("valora_aggregator_applied_sequence", "The last entry in the windows", fold::appliedSequence);
        metrics.gauge("valora_aggregator_lag_entries", "Entries not in the windows yet", fold::lagEntries);
        metrics.gauge(
                "valora_aggregator_watermark_lag_seconds",
                "How far the watermark is behind the journal",
                () -> fold.lagMicros() / 1e6);
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

    private HttpEdge serve(Vertx vertx, HttpParts httpParts) throws StartException {
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
