package dev.valora.ingest.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyBuffersTest {

    @ParameterizedTest
    @CsvSource({"0, 4096", "1, 4096", "4096, 4096", "4097, 8192", "8388608, 8388608"})
    void shouldRoundUpToAPowerOfTwo(int wanted, int given) {
        byte[] array = new BodyBuffers(new MemoryBudget(8 << 20, 2)).take(wanted);
        assertNotNull(array);
        assertEquals(given, array.length);
    }

    @Test
    void shouldLendNoMoreThanItsBudgetAndLendTheSameArrayAgain() {
        MemoryBudget budget = new MemoryBudget(8 << 10, 2);
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
        MemoryBudget budget = new MemoryBudget(8 << 10, 2);
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
        MemoryBudget budget = new MemoryBudget(64 << 10, 2);
        AtomicBoolean exceeded = new AtomicBoolean();
        AtomicLong lent = new AtomicLong();
        List<CompletableFuture<Integer>> loops = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            BodyBuffers buffers = new BodyBuffers(budget);
            loops.add(onAThread(() -> {
                int taken = 0;
                for (int round = 0; round < 20_000; round++) {
                    byte[] array = buffers.take(1 + (round & 3) * 8_000);
                    if (array != null) {
                        taken++;
                        exceeded.compareAndSet(false, lent.addAndGet(array.length) > 64 << 10);
                        lent.addAndGet(-array.length);
                        buffers.giveBack(array);
                    }
                }
                return taken;
            }));
        }
        for (CompletableFuture<Integer> loop : loops) {
            assertTrue(loop.get() > 0, "a loop was lent nothing");
        }
        assertFalse(exceeded.get());
        assertEquals(0, budget.takenBytes());
    }

    private static CompletableFuture<Integer> onAThread(Supplier<Integer> loop) {
        return CompletableFuture.supplyAsync(loop, task -> Thread.ofPlatform().start(task));
    }
}
