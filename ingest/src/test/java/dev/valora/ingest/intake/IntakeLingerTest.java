package dev.valora.ingest.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.valora.ingest.admission.TestBatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Under load the writer leaves a small group alone for a moment, once, and otherwise never waits for anybody. */
final class IntakeLingerTest {

    @AutoClose
    private final Writer writer;

    private int keys;

    IntakeLingerTest(@TempDir Path directory) {
        writer = new Writer(directory).withMeter("calls");
    }

    private List<TestBatch> offer(int count) {
        List<TestBatch> offered = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            offered.add(writer.offered(writer.batch().event("k" + keys++, "calls", 1, null)));
        }
        return offered;
    }

    private static long durable(List<TestBatch> batches) {
        return batches.stream().filter(batch -> batch.durable() == 1).count();
    }

    @Test
    void shouldLeaveAGroupAloneOnceThatIsSmallerThanTheOneBefore() {
        offer(8);
        assertEquals(8, writer.loop.doWork());

        List<TestBatch> next = offer(3);
        assertEquals(0, writer.loop.doWork());
        assertEquals(0, durable(next));
        next.addAll(offer(2));
        assertEquals(5, writer.loop.doWork());
        assertEquals(5, durable(next));
    }

    @Test
    void shouldTakeAtOnceWhatIsNotSmallerOrFollowsASmallGroup() {
        offer(8);
        writer.loop.doWork();
        assertEquals(8, durable(afterOneStep(8)));
        writer.loop.doWork();
        assertEquals(1, durable(afterOneStep(1)));
        assertEquals(1, durable(afterOneStep(1)));
        assertEquals(7, durable(afterOneStep(7)));
        assertEquals(1, durable(afterOneStep(1)));
    }

    private List<TestBatch> afterOneStep(int count) {
        List<TestBatch> offered = offer(count);
        writer.loop.doWork();
        return offered;
    }

    @Test
    void shouldForgetAboutALargeGroupWhenNothingCame() {
        offer(8);
        writer.loop.doWork();
        assertEquals(0, writer.loop.doWork());
        assertEquals(0, writer.loop.doWork());
        assertEquals(1, durable(afterOneStep(1)));
    }

    @Test
    void shouldMakeNoCommandWait() {
        offer(8);
        writer.loop.doWork();
        List<TestBatch> next = offer(1);
        writer.loop.tick();
        writer.loop.doWork();
        assertEquals(1, durable(next));
    }
}
