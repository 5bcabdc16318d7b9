package dev.valora.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class BesideTest {

    private final Parts parts = new Parts();

    @Test
    void shouldGiveWhatTheStepMakesOnAThreadOfItsOwn() throws Exception {
        Beside<String> step =
                Beside.begin("journal reading", () -> Thread.currentThread().getName(), parts);
        assertEquals("valora-journal-reading", step.await());
        parts.stopAll();
    }

    @Test
    void shouldThrowWhatTheStepThrows() {
        StartException refused = new StartException(ExitCode.PORT, "taken");
        Beside<String> step = Beside.begin(
                "step",
                () -> {
                    throw refused;
                },
                parts);
        assertSame(refused, assertThrows(StartException.class, step::await));
        Beside<String> failing = Beside.begin(
                "step",
                () -> {
                    throw new IllegalStateException("a bug");
                },
                parts);
        StartException died = assertThrows(StartException.class, failing::await);
        assertEquals(ExitCode.AGENT_DIED, died.exitCode());
        assertEquals(
                "The step died of something it does not know: java.lang.IllegalStateException: a bug.",
                died.sentence());
    }

    /** The step goes on for as long as nobody stops it, and the part that was there before it is stopped after it. */
    @Test
    void shouldHaveEndedBeforeWhatWasThereIsStopped() throws Exception {
        AtomicReference<Thread> stepping = new AtomicReference<>();
        AtomicReference<Boolean> aliveAtTheEnd = new AtomicReference<>();
        parts.add("data directory", () -> aliveAtTheEnd.set(stepping.get().isAlive()));
        CountDownLatch begun = new CountDownLatch(1);
        Beside<String> step = Beside.begin(
                "step",
                () -> {
                    stepping.set(Thread.currentThread());
                    begun.countDown();
                    while (true) {
                        parts.requireStarting("stepping");
                        Thread.onSpinWait();
                    }
                },
                parts);
        begun.await();
        parts.stopAll();
        assertEquals(false, aliveAtTheEnd.get());
        StartException stopped = assertThrows(StartException.class, step::await);
        assertInstanceOf(CancellationException.class, stopped.getCause());
    }
}
