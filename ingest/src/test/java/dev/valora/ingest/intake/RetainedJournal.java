package dev.valora.ingest.intake;

import dev.valora.ingest.Aggregation;
import dev.valora.ingest.AppliedUsage;
import dev.valora.ingest.EventRecord;
import dev.valora.ingest.IntakeObserver;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.MeterJournal;
import dev.valora.ingest.UnbilledUsage;
import dev.valora.ingest.VoidRecord;
import dev.valora.ingest.admission.Admission;
import dev.valora.ingest.admission.DedupIndex;
import dev.valora.ingest.admission.EventIdentity;
import dev.valora.ingest.admission.TestBatch;
import dev.valora.ingest.admission.Verdict;
import dev.valora.ingest.journal.ChronicleJournal;
import dev.valora.ingest.journal.JournalOptions;
import dev.valora.ingest.journal.JournalRemoval;
import dev.valora.ingest.keys.KeyFileRemoval;
import dev.valora.ingest.keys.KeyFiles;
import dev.valora.ingest.retention.RetentionRule;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The single writer, key files and the removal of files on one real journal, as a server has them, with a clock that only the
 * test turns. Kept for 100 days; events may be 90 days old, backups 30.
 */
final class RetainedJournal implements AutoCloseable {

    static final RetentionRule RULE = new RetentionRule(100, 30, 90);

    private static final JournalOptions OPTIONS = new JournalOptions(
            256 << 10, JournalOptions.BLOCK_BYTES_MIN, Duration.ofSeconds(3).toNanos(), System::nanoTime);

    /** What stays when the server stops: the time, and what billing knows. */
    static final class World {
        final AtomicLong micros = new AtomicLong(micros("2026-01-01T00:00:00Z"));
        UnbilledUsage unbilled = () -> Instant.MAX;
        int asked;

        void later(long days) {
            micros.addAndGet(TimeUnit.DAYS.toMicros(days));
        }
    }

    final World world;
    final Path directory;
    final ChronicleJournal journal;
    final MeterDirectory meters = new MeterDirectory();
    final DedupIndex index = new DedupIndex();
    final IntakeLoop loop;
    final KeyFileLoop keyFileLoop;
    final RetentionLoop retention;
    final List<Long> removedBytes = new ArrayList<>();
    final AtomicLong tickerNanos = new AtomicLong();
    private final Applied applied = new Applied();

    /** As far as the test says. */
    private static final class Applied implements AppliedUsage {
        private long sequence;
        private long throughMicros;

        @Override
        public long appliedSequence() {
            return sequence;
        }

        @Override
        public Instant appliedThrough() {
            return Instant.EPOCH.plus(throughMicros, ChronoUnit.MICROS);
        }

        @Override
        public boolean awaitApplied(long awaited, Duration atMost) {
            return sequence >= awaited;
        }
    }

    RetainedJournal(World world, Path directory) {
        this(world, directory, RULE.maxEventAgeDays());
    }

    /** With a writer that takes older events than the rule knows of. */
    RetainedJournal(World world, Path directory, int ageDaysMax) {
        this.world = world;
        this.directory = directory;
        journal = ChronicleJournal.open(directory.resolve("journal"), OPTIONS);
        // As the server's start does, after a removal that was cut off.
        new KeyFileRemoval(directory.resolve("keys")).before(new JournalRemoval(journal).firstFile());
        KeyFiles keyFiles = new KeyFiles(directory.resolve("keys"), journal.id(), TestBatch.hash());
        VoidReach reach = VoidReach.of(journal, RULE.retentionDays());
        new JournalReplay(TestBatch.hash(), index, meters, reach)
                .run(journal, keyFiles, (events, sequence, forcedSequence) -> {});
        loop = new IntakeLoop(
                new IntakeLoop.Ports(journal, world.micros::get, tickerNanos::get, IntakeObserver.NONE),
                new IntakeLoop.Journaled(meters, new Admission(index, ageDaysMax), reach),
                0);
        keyFileLoop = new KeyFileLoop(journal, keyFiles, TestBatch.hash(), tickerNanos::get, loop.claimedKeys());
        retention = new RetentionLoop(
                new RetentionLoop.Ports(
                        new JournalRemoval(journal),
                        new KeyFileRemoval(directory.resolve("keys")),
                        meters,
                        reach,
                        applied,
                        () -> {
                            world.asked++;
                            return world.unbilled.from();
                        },
                        tickerNanos::get,
                        removedBytes::add),
                RULE);
    }

    static long micros(String instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant));
    }

    void define(String code, Aggregation aggregation) {
        CompletionStage<MeterJournal.Definition> answer =
                loop.define(new MeterDefinition(TestBatch.ORGANIZATION, code, aggregation, code, null, List.of(), 60));
        loop.doWork();
        if (!(answer.toCompletableFuture().join() instanceof MeterJournal.Definition.Defined)) {
            throw new IllegalStateException(code + " was not defined");
        }
    }

    TestBatch batch() {
        return new TestBatch(meters);
    }

    /** Sends what is in a batch. */
    List<Verdict> send(TestBatch batch) {
        loop.offer(batch.batch());
        loop.doWork();
        return batch.verdicts();
    }

    /** Sends one event that happens now, with its time. */
    Verdict send(String key, String meter, int value) {
        return send(batch().event(key, meter, value, world.micros.get())).getFirst();
    }

    <T> T done(CompletionStage<T> stage) {
        loop.doWork();
        return stage.toCompletableFuture().join();
    }

    static EventIdentity identity(String key) {
        return TestBatch.hash().identity(TestBatch.ORGANIZATION, key.getBytes(StandardCharsets.UTF_8));
    }

    /** Voids an event, which was sent first in a batch, wherever the index has it now. */
    Intake.Voiding voidEvent(String key, TestBatch sent) {
        return voidEvent(key, sent, done(loop.find(identity(key))).event());
    }

    Intake.Voiding voidEvent(String key, TestBatch sent, long position) {
        VoidRecord record = new VoidRecord(
                position, new EventRecord().wrap(sent.batch().records, sent.batch().recordOffset[0]), "wrong");
        return done(loop.voidEvent(identity(key), record));
    }

    /** Everything so far is in the windows. */
    void apply() {
        done(loop.tick());
        applied.sequence = journal.forcedSequence();
        applied.throughMicros = journal.lastAcceptedMicros();
    }

    /** Everything up to an entry is, and the watermark is where the last entry is. */
    void applyOnly(long sequence) {
        applied.throughMicros = journal.lastAcceptedMicros();
        applied.sequence = sequence;
    }

    /** Steps the removal until it rests; looks are a second apart. */
    void removeWhatMayGo() {
        pass(1);
        while (retention.doWork() > 0) {
            pass(1);
        }
    }

    void pass(long seconds) {
        tickerNanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    /** Steps the writer until it has purged everything. */
    void purge() {
        for (int i = 0; i < 2 * DedupIndex.PARTITIONS; i++) {
            pass(1);
            loop.doWork();
        }
    }

    /** Writes the key files that are missing. */
    void writeKeyFiles() {
        while (keyFileLoop.doWork() > 0) {
            pass(0);
        }
    }

    @Override
    public void close() {
        loop.close();
        keyFileLoop.close();
        retention.close();
        index.close();
        journal.close();
        keyFileLoop.finish();
    }
}
