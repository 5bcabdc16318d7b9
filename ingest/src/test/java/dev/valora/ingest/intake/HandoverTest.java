package dev.valora.ingest.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.valora.ingest.Limits;
import dev.valora.ingest.admission.TestBatch;
import dev.valora.ingest.intake.Intake.Offer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much may wait for the writer, and how much it takes at once; the writer stepped by hand, against a real journal. */
final class HandoverTest {

    @AutoClose
    private final Writer writer;

    HandoverTest(@TempDir Path directory) {
        writer = new Writer(directory).withMeter("calls");
    }

    @Test
    void shouldRefuseMoreThanTheQueueHolds() {
        int taken = 0;
        while (writer.loop.offer(
                        writer.batch().event("k" + taken, "calls", 1, null).batch())
                == Offer.TAKEN) {
            taken++;
        }
        assertEquals(Limits.INTAKE_QUEUE_BATCHES, taken);
        TestBatch late = writer.batch().event("late", "calls", 1, null);
        assertEquals(Offer.FULL, writer.loop.offer(late.batch()));
        assertEquals(taken, writer.loop.doWork());
        assertEquals(0, late.durable() + late.failed());
        writer.offered(late);
        // After so large a group it is left alone once.
        assertEquals(0, writer.loop.doWork());
        assertEquals(1, writer.loop.doWork());
        assertEquals(1, late.durable());
    }

    @Test
    void shouldBoundTheBytesThatWait() {
        TestBatch large = writer.large("k");
        int taken = 0;
        while (writer.loop.offer(large.batch()) == Offer.TAKEN) {
            taken++;
        }
        assertEquals(Limits.INTAKE_QUEUE_BYTES / large.batch().recordsLength(), taken);
        assertEquals((long) taken * large.batch().recordsLength(), writer.loop.queuedBytes());
        writer.loop.doWork();
        assertEquals(0, writer.loop.queuedBytes());
        writer.offered(large);
    }

    @Test
    void shouldBoundTheBytesOfAnEntry() {
        List<TestBatch> batches = List.of(writer.large("a"), writer.large("b"), writer.large("c"));
        batches.forEach(writer::offered);
        assertEquals(2, writer.loop.doWork(), "two of 6 MB fit into an entry");
        assertEquals(List.of(1, 1, 0), batches.stream().map(TestBatch::durable).toList());
        assertEquals(1, writer.loop.doWork());
        assertEquals(List.of(1, 1, 1), batches.stream().map(TestBatch::durable).toList());
        assertEquals(3, writer.journal.forcedSequence());
    }

    @Test
    void shouldRefuseABatchThatNoEntryCanHold() {
        TestBatch tooLarge = writer.batch();
        while (tooLarge.batch().recordsLength() <= Limits.COMMIT_BYTES) {
            tooLarge.largeEvent("k", "calls");
        }
        assertThrows(IllegalArgumentException.class, () -> writer.loop.offer(tooLarge.batch()));
    }

    @Test
    void shouldRefuseMoreCommandsThanTheQueueHolds() {
        List<CompletionStage<Long>> ticks = new ArrayList<>();
        for (int i = 0; i < Limits.INTAKE_QUEUE_COMMANDS; i++) {
            ticks.add(writer.loop.tick());
        }
        assertEquals(
                RejectedExecutionException.class,
                writer.loop.tick().toCompletableFuture().exceptionNow().getClass());
        writer.loop.doWork();
        ticks.forEach(tick -> assertEquals(2L, tick.toCompletableFuture().resultNow()));
    }
}
