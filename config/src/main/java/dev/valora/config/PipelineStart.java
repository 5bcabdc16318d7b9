package dev.valora.config;

import dev.valora.aggregator.follow.FoldLoop;
import dev.valora.aggregator.follow.FoldSettings;
import dev.valora.aggregator.follow.FollowedJournal;
import dev.valora.aggregator.store.Checkpoint;
import dev.valora.aggregator.store.WindowStore;
import dev.valora.config.clock.GuardedClock;
import dev.valora.config.clock.ManualClock;
import dev.valora.config.clock.SystemWallClock;
import dev.valora.config.management.Health;
import dev.valora.config.management.Progressing;
import dev.valora.config.management.ServerMetrics;
import dev.valora.config.settings.Settings;
import dev.valora.ingest.IntakeObserver;
import dev.valora.ingest.Ticker;
import dev.valora.ingest.WallClock;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.intake.IntakeLoop;
import dev.valora.ingest.intake.KeyFileLoop;
import dev.valora.ingest.journal.ChronicleJournal;
import dev.valora.ingest.keys.KeyFiles;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The start of the journal and of what hangs on it, in two steps: opened and read, which needs no database; then compared with
 * PostgreSQL's checkpoint, and the loops made and watched. One thread a step, the second after the first.
 */
final class PipelineStart {

    private final Ports ports;
    private final Settings settings;
    private final Parts parts;
    private final PrintWriter err;

    /** What is watched, and by what time. */
    record Ports(Ticker ticker, Health health, ServerMetrics metrics) {}

    /**
     * The journal, open, and what was read of it.
     *
     * @param hashes with the secret of the data directory, one for each thread
     * @param atLast takes what is to be done once the journal is closed
     */
    record Journaled(
            ChronicleJournal journal,
            Supplier<EventHash> hashes,
            KeyFiles keyFiles,
            JournalStart known,
            Consumer<Runnable> atLast) {}

    /**
     * @param parts asked whether the server still starts
     * @param err for what an operator should see meanwhile
     */
    PipelineStart(Ports ports, Settings settings, Parts parts, PrintWriter err) {
        this.ports = ports;
        this.settings = settings;
        this.parts = parts;
        this.err = err;
    }

    /**
     * Opens the journal and reads what the writer must know of it. Needs no database, and may take a while.
     *
     * @param own to which is added what must be closed
     */
    Journaled read(DataDirectory directory, Identity identity, Parts own) throws StartException {
        AtomicReference<Runnable> lastKeyFile = new AtomicReference<>(() -> {});
        // Stopped after the journal, whose closing seals the file that this one stands for.
        own.add("last key file", () -> lastKeyFile.get().run());
        ChronicleJournal journal = open(directory, own);
        Supplier<EventHash> hashes = () -> new EventHash(identity.hashSecret());
        KeyFiles keyFiles = new KeyFiles(directory.keys(), journal.id(), hashes.get());
        try {
            JournalStart known = JournalStart.replay(
                    journal, keyFiles, identity, settings, new JournalStart.Notices(ports.ticker(), parts, err));
            own.add("idempotency keys", known.keys()::close);
            return new Journaled(journal, hashes, keyFiles, known, lastKeyFile::set);
        } catch (RuntimeException refused) {
            throw Failures.of("journal", refused);
        }
    }

    /** Compares the journal with what PostgreSQL has of it, and makes all that works on both; nothing runs yet. */
    Pipeline pipeline(Journaled journaled, Identity identity, WindowStore windows) throws StartException {
        ChronicleJournal journal = journaled.journal();
        JournalStart known = journaled.known();
        try {
            Checkpoint applied = windows.attach(journal.id(), journal.firstSequence(), journal.forcedSequence());
            WallClock clock = clock(identity, Math.max(journal.lastAcceptedMicros(), applied.appliedThroughMicros()));
            FoldLoop fold = fold(journal, known, windows);
            fold.resume(applied);
            IntakeObserver observer = new WakingObserver(ports.metrics().intake(), fold::wake);
            IntakeLoop intake = new IntakeLoop(
                    new IntakeLoop.Ports(journal, clock, ports.ticker(), observer),
                    known.forWriter(),
                    applied.appliedThroughMicros());
            KeyFileLoop keyFileLoop = new KeyFileLoop(
                    journal, journaled.keyFiles(), journaled.hashes().get(), ports.ticker(), intake.claimedKeys());
            journaled.atLast().accept(keyFileLoop::finish);
            Pipeline pipeline = new Pipeline(journal, journaled.hashes(), clock, known, intake, fold, keyFileLoop);
            watch(pipeline);
            return pipeline;
        } catch (RuntimeException refused) {
            throw Failures.of("journal", refused);
        }
    }

    private ChronicleJournal open(DataDirectory directory, Parts own) throws StartException {
        try {
            ChronicleJournal journal =
                    ChronicleJournal.open(directory.journal(), JournalStart.options(settings, ports.ticker()));
            own.add("journal", journal::close);
            RetentionStart.finish(journal, directory);
            JournalStart.watch(journal, directory, ports.metrics());
            return journal;
        } catch (RuntimeException refused) {
            throw Failures.of("journal", refused);
        }
    }

    private FoldLoop fold(ChronicleJournal journal, JournalStart known, WindowStore windows) {
        return new FoldLoop(
                new FollowedJournal(journal, known.meters()),
                windows,
                ports.ticker(),
                ports.metrics().fold(),
                FoldSettings.DEFAULT);
    }

    private WallClock clock(Identity identity, long floorMicros) {
        return switch (identity.clock()) {
            case SYSTEM -> {
                GuardedClock guarded = new GuardedClock(new SystemWallClock(), ports.ticker());
                ports.metrics()
                        .gauge(
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

    private void watch(Pipeline pipeline) {
        IntakeLoop intake = pipeline.intake();
        FoldLoop fold = pipeline.fold();
        Health health = ports.health();
        health.requireForReadiness(
                "journal", () -> intake.isOpen() ? Optional.empty() : Optional.of("The journal takes nothing."));
        health.requireForReadiness(
                "aggregator",
                new Progressing(fold::appliedSequence, pipeline.journal()::forcedSequence, ports.ticker()));
        ServerMetrics metrics = ports.metrics();
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
}
