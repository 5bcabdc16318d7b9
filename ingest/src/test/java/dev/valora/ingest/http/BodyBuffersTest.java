package dev.valora.ingest.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyBuffersTest {

    @ParameterizedTest
    @CsvSource({"0, 4096", "1, 4096", "4096, 4096", "4097, 8192", "8388608, 8388608"})
    void shouldRoundUpToAPowerOfTwo(int wanted, int given) {
        byte[] array = new BodyBuffers(new MemoryBudget(8 << 20)).take(wanted);
        assertNotNull(array);
        assertEquals(given, array.length);
    }

    @Test
    void shouldLendNoMoreThanItsBudgetAndLendTheSameArrayAgain() {
        MemoryBudget budget = new MemoryBudget(8 << 10);
        BodyBuffers buffers = new BodyBuffers(budget);
        byte[] first = buffers.take(100);
        byte[] second = buffers.take(100);
        assertNotNull(first);
        assertNotNull(second);
        assertNull(buffers.take(1));
        buffers.giveBack(first);
        assertSame(first, buffers.take(1));
        buffers.giveBack(first);
        buffers.giveBack(second);
        assertEquals(0, budget.takenBytes());
    }

    @Test
    void shouldLendNoMoreThanItsBudgetOnAllLoopsTogether() {
        MemoryBudget budget = new MemoryBudget(8 << 10);
        BodyBuffers one = new BodyBuffers(budget);
        BodyBuffers other = new BodyBuffers(budget);
        byte[] lent = one.take(4 << 10);
        assertNotNull(lent);
        assertNull(other.take((4 << 10) + 1));
        byte[] rest = other.take(4 << 10);
        assertNotNull(rest);
        assertNull(one.take(1));
        one.giveBack(lent);
        other.giveBack(rest);
        assertEquals(0, budget.takenBytes());
        // What a loop keeps for its next body is nobody's debt.
        assertNotNull(other.take(8 << 10));
    }

    @Test
    void shouldKeepAccountsWhileAllLoopsAsk() throws Exception {
        MemoryBudget budget = new MemoryBudget(64 << 10);
        AtomicBoolean exceeded = new AtomicBoolean();
        AtomicLong lent = new AtomicLong();
        List<Thread> loops = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            BodyBuffers buffers = new BodyBuffers(budget);
            loops.add(Thread.ofPlatform().start(() -> {
                for (int round = 0; round < 20_000; round++) {
                    byte[] array = buffers.take(1 + (round & 3) * 8_000);
                    if (array != null) {
                        exceeded.compareAndSet(false, lent.addAndGet(array.length) > 64 << 10);
                        lent.addAndGet(-array.length);
                        buffers.giveBack(array);
                    }
                }
            }));
        }
        for (Thread loop : loops) {
            loop.join();
        }
        assertFalse(exceeded.get());
        assertEquals(0, budget.takenBytes());
    }
}
