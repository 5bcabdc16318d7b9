package dev.valora.ingest.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.valora.ingest.Journal;
import dev.valora.ingest.JournalFailedException;
import dev.valora.ingest.MeterJournal.Definition;
import dev.valora.ingest.admission.TestBatch;
import dev.valora.ingest.admission.UsageBatch;
import dev.valora.ingest.intake.Intake.Offer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the writer does when the disk, or a listener, breaks. */
final class IntakeFailureTest {

    @TempDir
    Path directory;

    /** The real journal on a disk that can be told to refuse. */
    private static Journal refusing(Journal journal, AtomicBoolean refuses) {
        return new WatchedJournal(journal, () -> {}, () -> {
            if (refuses.get()) {
                throw new JournalFailedException("the disk refuses", new IllegalStateException("planted"));
            }
        });
    }

    @Test
    void shouldFailAllWhoWaitAndCloseWhenTheJournalFails() {
        AtomicBoolean refuses = new AtomicBoolean();
        try (Writer writer = new Writer(directory, 0, journal -> refusing(journal, refuses)).withMeter("calls")) {
            TestBatch before = writer.offered(writer.batch().event("k0", "calls", 1, null));
            writer.loop.doWork();
            refuses.set(true);
            List<TestBatch> waiting = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                waiting.add(writer.offered(writer.large("k" + i + "-")));
            }
            CompletionStage<Definition> bytes = writer.loop.define(Writer.meter("bytes"));
            CompletionStage<Long> tick = writer.loop.tick();

            JournalFailedException thrown = assertThrows(JournalFailedException.class, writer.loop::doWork);

            assertEquals("the disk refuses", thrown.getMessage());
            for (TestBatch batch : waiting) {
                assertEquals(0, batch.durable(), "those in the group and those behind it");
                assertEquals(1, batch.failed());
            }
            assertEquals(1, before.durable());
            assertEquals(0, before.failed());
            assertSame(thrown, bytes.toCompletableFuture().exceptionNow());
            assertSame(thrown, tick.toCompletableFuture().exceptionNow());
            assertFalse(writer.loop.isOpen());
            assertEquals(Offer.CLOSED, writer.loop.offer(writer.batch().batch()));
            assertThrows(IllegalStateException.class, writer.loop::doWork);
            writer.loop.close();
            assertEquals(2, writer.journal.forcedSequence());
        }
    }

    @Test
    void shouldTellEachOfAGroupOnceWhenAListenerBreaks() {
        try (Writer writer = new Writer(directory).withMeter("calls")) {
            TestBatch first = writer.batch().event("k1", "calls", 1, null);
            UsageBatch broken = new UsageBatch(new UsageBatch.Listener() {
                @Override
                public void onDurable(UsageBatch batch) {
                    throw new IllegalStateException("planted");
                }

                @Override
                public void onFailed(UsageBatch batch) {
                    throw new AssertionError("told twice");
                }
            });
            broken.begin(TestBatch.ORGANIZATION, false);
            TestBatch last = writer.batch().event("k2", "calls", 1, null);
            List.of(first.batch(), broken, last.batch()).forEach(writer.loop::offer);
            assertThrows(IllegalStateException.class, writer.loop::doWork);
            assertEquals(List.of(1, 0), List.of(first.durable(), first.failed()));
            assertEquals(List.of(0, 1), List.of(last.durable(), last.failed()));
        }
    }
}
