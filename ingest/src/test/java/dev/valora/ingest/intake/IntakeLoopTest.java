package dev.valora.ingest.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.ingest.EventRecord;
import dev.valora.ingest.Limits;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.MeterJournal.Archiving;
import dev.valora.ingest.MeterJournal.Definition;
import dev.valora.ingest.Position;
import dev.valora.ingest.RegisteredMeter;
import dev.valora.ingest.VoidRecord;
import dev.valora.ingest.admission.EventIdentity;
import dev.valora.ingest.admission.TestBatch;
import dev.valora.ingest.admission.Verdict;
import dev.valora.ingest.intake.Intake.Known;
import dev.valora.ingest.intake.Intake.Offer;
import dev.valora.ingest.intake.Intake.Voiding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The writer stepped by hand on one thread, against a real journal. */
final class IntakeLoopTest {

    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long SECOND_MICROS = 1_000_000L;

    @TempDir
    Path directory;

    @AutoClose
    private Writer writer;

    @BeforeEach
    void openWriter() {
        writer = new Writer(directory).withMeter("calls");
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().resultNow();
    }

    private RegisteredMeter meter(String code) {
        return Objects.requireNonNull(writer.meters.find(TestBatch.ORGANIZATION, code));
    }

    private static EventIdentity identity(String key) {
        return TestBatch.hash().identity(TestBatch.ORGANIZATION, key.getBytes(UTF_8));
    }

    private static VoidRecord voidOf(TestBatch batch, long position, String reason) {
        byte[] event = Arrays.copyOf(batch.batch().records, batch.batch().recordLength(0));
        return new VoidRecord(position, new EventRecord().wrap(event, 0), reason);
    }

    @Test
    void shouldVoidAnEventOnceAndKeepItsKeyTaken() {
        TestBatch sent = writer.offered(writer.batch().event("k1", "calls", 1, null));
        CompletionStage<Known> early = writer.loop.find(identity("k1"));
        writer.loop.doWork();
        assertEquals(new Known(0, 0), done(early), "commands come before the batches of their step");
        CompletionStage<Known> known = writer.loop.find(identity("k1"));
        writer.loop.doWork();
        long position = Position.pack(2, 0);
        assertEquals(new Known(position, 0), done(known));

        CompletionStage<Voiding> first = writer.loop.voidEvent(identity("k1"), voidOf(sent, position, "first"));
        CompletionStage<Voiding> second = writer.loop.voidEvent(identity("k1"), voidOf(sent, position, "second"));
        CompletionStage<Known> voided = writer.loop.find(identity("k1"));
        TestBatch retry =
                writer.offered(writer.batch().event("k1", "calls", 1, null).event("k1", "calls", 2, null));
        writer.loop.doWork();
        CompletionStage<Voiding> later = writer.loop.voidEvent(identity("k1"), voidOf(sent, position, "third"));
        writer.loop.doWork();

        long at = Position.pack(3, 0);
        assertEquals(new Voiding.Voided(at, true), done(first));
        assertEquals(new Voiding.Voided(at, false), done(second));
        assertEquals(new Known(position, at), done(voided));
        assertEquals(new Voiding.Voided(at, false), done(later));
        assertEquals(List.of(Verdict.DUPLICATE, Verdict.CONFLICT), retry.verdicts());
        assertEquals(List.of(List.of("defined"), List.of("k1"), List.of("voided k1")), writer.records());
        assertTrue(writer.observer.fates.contains("voided 1"), writer.observer.fates.toString());
    }

    @Test
    void shouldKnowVoidsAfterARestart() {
        TestBatch sent =
                writer.offered(writer.batch().event("k1", "calls", 1, null).event("k2", "calls", 1, null));
        writer.loop.doWork();
        writer.loop.voidEvent(identity("k1"), voidOf(sent, Position.pack(2, 0), "wrong"));
        writer.loop.doWork();
        writer.close();

        writer = new Writer(directory);
        CompletionStage<Known> voided = writer.loop.find(identity("k1"));
        CompletionStage<Known> live = writer.loop.find(identity("k2"));
        CompletionStage<Voiding> again =
                writer.loop.voidEvent(identity("k1"), voidOf(sent, Position.pack(2, 0), "wrong"));
        TestBatch retry = writer.offered(writer.batch().event("k1", "calls", 1, null));
        writer.loop.doWork();
        assertEquals(new Known(Position.pack(2, 0), Position.pack(3, 0)), done(voided));
        assertEquals(new Known(Position.pack(2, 1), 0), done(live));
        assertEquals(new Voiding.Voided(Position.pack(3, 0), false), done(again));
        assertEquals(List.of(Verdict.DUPLICATE), retry.verdicts());
    }

    @Test
    void shouldLeaveVoidsForTheNextEntryThatTheirsHasNoRoomFor() {
        TestBatch large = writer.batch();
        large.largeEvent("k0", "calls");
        String reason = "x".repeat(65_000);
        List<CompletionStage<Voiding>> voids = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            voids.add(writer.loop.voidEvent(identity("k" + i), voidOf(large, Position.pack(2, i), reason)));
        }
        writer.loop.doWork();
        long atOnce = voids.stream()
                .filter(stage -> stage.toCompletableFuture().isDone())
                .count();
        assertTrue(atOnce > 100 && atOnce < 200, atOnce + " voids of 115 kB in 15 MB");
        writer.loop.doWork();
        voids.forEach(IntakeLoopTest::done);
    }

    @Test
    void shouldWriteOneEntryForAllThatWaitsAndThenAnswer() {
        TestBatch first =
                writer.offered(writer.batch().event("k1", "calls", 1, null).event("k2", "calls", 1, null));
        TestBatch second =
                writer.offered(writer.batch().event("k2", "calls", 1, null).event("k3", "calls", 1, null));
        assertEquals(2, writer.loop.queuedBatches());
        assertEquals(first.batch().recordsLength() + second.batch().recordsLength(), writer.loop.queuedBytes());
        assertEquals(2, writer.loop.doWork());
        assertEquals(List.of(List.of("defined"), List.of("k1", "k2", "k3")), writer.records());
        assertEquals(List.of(Verdict.ACCEPTED, Verdict.ACCEPTED), first.verdicts());
        assertEquals(List.of(Verdict.DUPLICATE, Verdict.ACCEPTED), second.verdicts());
        assertEquals(1, first.durable());
        assertEquals(1, second.durable());
        assertEquals(0, writer.loop.queuedBatches());
        assertEquals(0, writer.loop.queuedBytes());
        assertEquals(0, writer.loop.doWork());
        assertEquals(List.of("0 batches, 0 events", "2 batches, 3 events"), writer.observer.commits);
    }

    @Test
    void shouldAnswerDuplicatesWithoutAnEntry() {
        writer.offered(writer.batch().event("k1", "calls", 1, null));
        writer.loop.doWork();
        TestBatch again = writer.offered(writer.batch().event("k1", "calls", 1, null));
        assertEquals(1, writer.loop.doWork());
        assertEquals(1, again.durable());
        assertEquals(1, again.batch().duplicates());
        assertEquals(2, writer.journal.forcedSequence());
    }

    @Test
    void shouldAnswerARequestWithoutAnyGoodEvent() {
        TestBatch batch = writer.offered(writer.batch().malformed("k1"));
        assertEquals(1, writer.loop.doWork());
        assertEquals(1, batch.durable());
        assertEquals(1, writer.journal.forcedSequence());
    }

    @Test
    void shouldTellTheObserverEveryFate() {
        writer.offered(writer.batch()
                .event("k1", "calls", 1, null)
                .event("k1", "calls", 1, null)
                .event("k1", "calls", 2, null)
                .event("k2", "nobody", 1, null)
                .event("k3", "nobody", 1, null)
                .event("k4", "calls", 1, 0L));
        writer.offered(writer.batch().begin(true).event("k5", "calls", 1, null).event("k6", "nobody", 1, null));
        writer.loop.doWork();
        assertEquals(
                List.of(
                        "accepted 1, duplicates 1, conflicts 1",
                        "unknown_meter 2",
                        "timestamp_too_old 1",
                        "accepted 0, duplicates 0, conflicts 0",
                        "unknown_meter 1"),
                writer.observer.fates);
        assertEquals(List.of(List.of("defined"), List.of("k1")), writer.records());
    }

    @Test
    void shouldNeverLetTheAcceptedTimeGoBack() {
        long[] offsets = {5, 3, -900_000, 5, 6, 0, 7};
        List<Long> expected = new ArrayList<>(List.of(Writer.START_MICROS));
        long latest = 0;
        for (int i = 0; i < offsets.length; i++) {
            writer.clockMicros.set(Writer.START_MICROS + offsets[i]);
            TestBatch batch = writer.offered(writer.batch().event("k" + i, "calls", 1, null));
            writer.loop.doWork();
            latest = Math.max(latest, offsets[i]);
            expected.add(Writer.START_MICROS + latest);
            assertEquals(Writer.START_MICROS + latest, batch.batch().acceptedMicros());
        }
        assertEquals(
                expected,
                writer.entries().stream().map(Writer.Entry::acceptedMicros).toList());
    }

    @Test
    void shouldContinueTheAcceptedTimeAfterARestart() {
        writer.clockMicros.set(Writer.START_MICROS + 50);
        writer.withMeter("bytes").close();
        writer = new Writer(directory);
        assertEquals(Writer.START_MICROS + 50, stampOfATick());
        writer.close();
        writer = new Writer(directory, Writer.START_MICROS + 70, journal -> journal);
        assertEquals(Writer.START_MICROS + 70, stampOfATick());
        writer.clockMicros.set(Writer.START_MICROS + 90);
        assertEquals(Writer.START_MICROS + 90, stampOfATick());
    }

    private long stampOfATick() {
        CompletionStage<Long> tick = writer.loop.tick();
        writer.loop.doWork();
        Writer.Entry last = writer.entries().getLast();
        assertEquals(done(tick), last.sequence());
        assertEquals(List.of(), last.records());
        return last.acceptedMicros();
    }

    @Test
    void shouldJournalMetersBeforeTheUsageOfTheSameStep() {
        TestBatch usage = writer.offered(writer.batch().event("k1", "calls", 1, null));
        CompletionStage<Definition> bytes = writer.loop.define(Writer.meter("bytes"));
        CompletionStage<Definition> again = writer.loop.define(Writer.meter("bytes"));
        CompletionStage<Archiving> archived = writer.loop.archive(TestBatch.ORGANIZATION, "bytes");
        CompletionStage<Archiving> twice = writer.loop.archive(TestBatch.ORGANIZATION, "bytes");
        CompletionStage<Archiving> nobody = writer.loop.archive(TestBatch.ORGANIZATION, "nobody");
        CompletionStage<Definition> afterwards = writer.loop.define(Writer.meter("bytes"));
        writer.loop.doWork();
        assertEquals(new Definition.Defined(2), done(bytes));
        assertEquals(new Definition.CodeTaken(), done(again));
        assertEquals(new Archiving.Archived(2), done(archived));
        assertEquals(new Archiving.AlreadyArchived(), done(twice));
        assertEquals(new Archiving.NoSuchMeter(), done(nobody));
        assertEquals(new Definition.CodeTaken(), done(afterwards));
        assertEquals(List.of(List.of("defined"), List.of("defined", "archived", "k1")), writer.records());
        assertEquals(Position.pack(2, 0), meter("bytes").definedAt());
        assertEquals(Position.pack(2, 1), meter("bytes").archivedAt());
        assertTrue(writer.index.find(usage.batch().hashHigh[0], usage.batch().hashLow[0]));
        assertEquals(Position.pack(2, 2), writer.index.foundPosition());
        assertTrue(meter("calls").definedAt() < writer.index.foundPosition());
    }

    @Test
    void shouldRefuseUsageThatWaitedWhileItsMeterWasArchived() {
        TestBatch seen = writer.offered(writer.batch().event("k1", "calls", 1, null));
        writer.loop.doWork();
        TestBatch waiting =
                writer.offered(seen.begin(false).event("k1", "calls", 1, null).event("k2", "calls", 1, null));
        writer.loop.archive(TestBatch.ORGANIZATION, "calls");
        writer.loop.doWork();
        assertEquals(List.of(Verdict.DUPLICATE, Verdict.ARCHIVED_METER), waiting.verdicts());
    }

    @Test
    void shouldRefuseAMeterTooLargeForTheJournal() {
        String huge = "x".repeat(Limits.METER_RECORD_BYTES);
        assertThrows(IllegalArgumentException.class, () -> writer.loop.define(Writer.meter(huge)));
        assertThrows(IllegalArgumentException.class, () -> writer.loop.archive(TestBatch.ORGANIZATION, huge));
    }

    @Test
    void shouldGiveATickAnEntryOfItsOwnStampedAfterItWasAskedFor() {
        writer.offered(writer.batch().event("k1", "calls", 1, null));
        writer.clockMicros.addAndGet(42);
        CompletionStage<Long> one = writer.loop.tick();
        CompletionStage<Long> two = writer.loop.tick();
        writer.loop.doWork();
        assertEquals(3L, done(one));
        assertEquals(3L, done(two));
        assertEquals(List.of(List.of("defined"), List.of("k1"), List.of()), writer.records());
        assertEquals(Writer.START_MICROS + 42, writer.entries().getLast().acceptedMicros());
    }

    @Test
    void shouldTickOnceASecondWhileTimeMoves() {
        assertEquals(0, writer.loop.doWork());
        writer.tickerNanos.addAndGet(SECOND_NANOS);
        assertEquals(1, writer.loop.doWork(), "the definition is behind the watermark");
        assertEquals(0, writer.loop.doWork());
        writer.tickerNanos.addAndGet(SECOND_NANOS);
        assertEquals(0, writer.loop.doWork(), "nothing was written and the clock stands still");
        writer.clockMicros.addAndGet(SECOND_MICROS);
        assertEquals(1, writer.loop.doWork());
        writer.clockMicros.addAndGet(SECOND_MICROS);
        writer.tickerNanos.addAndGet(SECOND_NANOS - 1);
        assertEquals(0, writer.loop.doWork(), "the second is not over");
        assertEquals(List.of(List.of("defined"), List.of(), List.of()), writer.records());
    }

    @Test
    void shouldAnswerAllThatWasTakenWhenItCloses() {
        TestBatch batch = writer.offered(writer.batch().event("k1", "calls", 1, null));
        CompletionStage<Definition> bytes = writer.loop.define(Writer.meter("bytes"));
        writer.loop.close();
        assertFalse(writer.loop.isOpen());
        assertEquals(1, batch.durable());
        assertEquals(new Definition.Defined(2), done(bytes));
        assertEquals(Offer.CLOSED, writer.loop.offer(writer.batch().batch()));
        assertEquals(
                RejectedExecutionException.class,
                writer.loop.tick().toCompletableFuture().exceptionNow().getClass());
        assertEquals(1, batch.durable());
    }

    @Test
    void shouldTakeMetersFromTheJournalAtStart() {
        writer.loop.archive(TestBatch.ORGANIZATION, "calls");
        writer.loop.doWork();
        writer.close();
        writer = new Writer(directory);
        MeterDirectory meters = writer.meters;
        assertEquals(1, meters.all().size());
        assertEquals(Position.pack(1, 0), meter("calls").definedAt());
        assertEquals(Position.pack(2, 0), meter("calls").archivedAt());
    }
}
