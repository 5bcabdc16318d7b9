package dev.valora.ingest.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.ingest.MeterJournal.Definition;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.admission.TestBatch;
import dev.valora.ingest.admission.Verdict;
import dev.valora.ingest.intake.Intake.Offer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the disk has no room or the clock cannot be believed, nothing is taken, and all goes on by itself afterwards. */
final class IntakeStandingTest {

    private static final long SECOND_NANOS = 1_000_000_000L;

    @AutoClose
    private final Writer writer;

    IntakeStandingTest(@TempDir Path directory) {
        writer = new Writer(directory).withMeter("calls");
    }

    private void passASecond() {
        writer.tickerNanos.addAndGet(SECOND_NANOS);
        writer.clockMicros.addAndGet(SECOND_NANOS / 1_000);
        writer.loop.doWork();
    }

    private Offer offer(String key) {
        Offer offer =
                writer.loop.offer(writer.batch().event(key, "calls", 1, null).batch());
        writer.loop.doWork();
        return offer;
    }

    private static String codeOf(CompletionStage<?> stage) {
        return assertInstanceOf(
                        ProblemException.class, stage.toCompletableFuture().exceptionNow())
                .problem()
                .code();
    }

    @Test
    void shouldRefuseUsageButNoMeterWhileTheDiskIsLow() {
        assertEquals(Offer.TAKEN, offer("k1"));
        writer.freeBytes.set(Writer.SOFT_BYTES - 1);
        assertEquals(Offer.TAKEN, offer("k2"), "it is looked at once a second");
        passASecond();
        assertEquals(Offer.DISK_LOW, writer.loop.standing());
        assertEquals(Offer.DISK_LOW, offer("k3"));
        CompletionStage<Definition> bytes = writer.loop.define(Writer.meter("bytes"));
        writer.loop.doWork();
        assertInstanceOf(Definition.Defined.class, bytes.toCompletableFuture().join());
        writer.freeBytes.set(Writer.SOFT_BYTES);
        passASecond();
        assertEquals(Offer.TAKEN, offer("k3"));
        assertEquals(3, writer.index.size());
    }

    @Test
    void shouldTakeNothingWhileTheDiskIsFullAndGoOnWithTicks() {
        writer.freeBytes.set(Writer.HARD_BYTES - 1);
        passASecond();
        long forced = writer.journal.forcedSequence();
        assertEquals(Offer.DISK_FULL, offer("k1"));
        assertEquals("disk_full", codeOf(writer.loop.define(Writer.meter("bytes"))));
        passASecond();
        assertEquals(forced + 1, writer.journal.forcedSequence(), "what is billed must not stand still");
        writer.freeBytes.set(Long.MAX_VALUE);
        passASecond();
        assertEquals(Offer.TAKEN, offer("k1"));
        writer.withMeter("bytes");
        assertEquals(2, writer.meters.all().size());
    }

    @Test
    void shouldRefuseWhatWaitsBeforeItIsJudgedWhenTheRoomIsUsedUp() {
        writer.freeBytes.set(Writer.HARD_BYTES);
        List<TestBatch> sent = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            sent.add(writer.offered(writer.large("k" + i + "-")));
        }
        CompletionStage<Long> tick = writer.loop.tick();
        while (writer.loop.queuedBatches() > 0) {
            writer.loop.doWork();
        }
        int durable = sent.stream().mapToInt(TestBatch::durable).sum();
        int refused = sent.stream().mapToInt(TestBatch::refused).sum();
        assertEquals(8, durable + refused);
        assertTrue(durable > 0 && refused > 0, durable + " durable");
        assertEquals(120L * durable, writer.index.size());
        assertTrue(tick.toCompletableFuture().isDone());
        assertEquals(Offer.DISK_FULL, offer("later"));

        writer.freeBytes.set(Long.MAX_VALUE);
        passASecond();
        TestBatch again = writer.offered(sent.getLast());
        writer.loop.doWork();
        assertEquals(1, again.durable());
        assertEquals(Verdict.ACCEPTED, again.verdicts().getFirst());
    }

    @Test
    void shouldStampNothingWhileTheClockIsNotBelieved() {
        writer.clockTrusted.set(false);
        writer.clockMicros.addAndGet(3_600_000_000L);
        TestBatch first = writer.offered(writer.batch().event("k1", "calls", 1, null));
        CompletionStage<Definition> bytes = writer.loop.define(Writer.meter("bytes"));
        CompletionStage<Long> tick = writer.loop.tick();
        writer.loop.doWork();
        assertEquals(1, first.refused());
        assertEquals("clock_jumped", codeOf(bytes));
        assertEquals("clock_jumped", codeOf(tick));
        assertEquals(Offer.CLOCK_JUMPED, offer("k2"));
        passASecond();
        assertEquals(1, writer.journal.forcedSequence());
        writer.clockTrusted.set(true);
        writer.clockMicros.set(Writer.START_MICROS + 5);
        passASecond();
        assertEquals(Offer.TAKEN, offer("k1"));
        assertTrue(writer.entries().getLast().acceptedMicros() < Writer.START_MICROS + 2_000_000);
    }
}
