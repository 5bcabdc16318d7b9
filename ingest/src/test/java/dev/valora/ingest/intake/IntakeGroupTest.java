package dev.valora.ingest.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.valora.ingest.admission.TestBatch;
import dev.valora.ingest.admission.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What belongs to a group when usage comes while it is judged. */
final class IntakeGroupTest {

    @AutoClose
    private final Writer writer;

    private final List<TestBatch> arrived = new ArrayList<>();
    private Runnable whileJudging = () -> {};
    private int keys;

    IntakeGroupTest(@TempDir Path directory) {
        writer = new Writer(
                        directory,
                        Long.MIN_VALUE,
                        journal -> new WatchedJournal(journal, () -> whileJudging.run(), () -> {}))
                .withMeter("calls");
    }

    /** A batch of new keys, 50 kB each, arrives. */
    private TestBatch arrives(int events) {
        TestBatch batch = writer.batch();
        for (int i = 0; i < events; i++) {
            batch.largeEvent("k" + keys++, "calls");
        }
        arrived.add(writer.offered(batch));
        return batch;
    }

    private int durable() {
        return arrived.stream().mapToInt(TestBatch::durable).sum();
    }

    @Test
    void shouldLeaveWhatComesWhileALargeGroupIsJudgedForTheNext() {
        arrives(6);
        arrives(1);
        whileJudging = () -> arrives(1);
        assertEquals(2, writer.loop.doWork());
        assertEquals(2, durable());

        whileJudging = () -> {};
        assertEquals(2, writer.loop.doWork());
        assertEquals(4, durable());
        assertEquals(List.of(1, 7, 2), writer.records().stream().map(List::size).toList());
    }

    @Test
    void shouldTakeWhatComesWhileTheGroupIsSmall() {
        TestBatch first = arrives(1);
        whileJudging = () -> {
            whileJudging = () -> {};
            arrives(1);
        };
        assertEquals(2, writer.loop.doWork());
        assertEquals(1, first.durable());
        assertEquals(2, durable());
        assertEquals(List.of("0 batches, 0 events", "2 batches, 2 events"), writer.observer.commits);
    }

    @Test
    void shouldEndAGroupHoweverFastUsageComes() {
        arrives(2);
        whileJudging = () -> arrives(2);
        for (int step = 1; step <= 3; step++) {
            assertEquals(3, writer.loop.doWork(), "100 kB each, until there are 256 KiB");
            assertEquals(3 * step, durable());
        }
    }

    @Test
    void shouldEndAGroupOfRetriesWhichAddNothingToTheEntry() {
        TestBatch sent = writer.offered(writer.batch().largeEvent("k", "calls"));
        writer.loop.doWork();
        whileJudging = () -> arrived.add(writer.offered(writer.batch().largeEvent("k", "calls")));
        whileJudging.run();
        assertEquals(6, writer.loop.doWork(), "50 kB each, until there are 256 KiB");
        assertEquals(6, durable());
        assertEquals(List.of(Verdict.ACCEPTED), sent.verdicts());
        assertEquals(List.of(Verdict.DUPLICATE), arrived.getFirst().verdicts());
    }
}
