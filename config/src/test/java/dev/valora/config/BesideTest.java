package dev.valora.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class BesideTest {

    private final Parts parts = new Parts();

    @Test
    void shouldGiveWhatTheStepMakesOnAThreadOfItsOwn() throws Exception {
        Beside<String> step =
                new Beside<>("journal reading", own -> Thread.currentThread().getName(), parts);
        assertEquals("valora-journal-reading", step.await());
        parts.stopAll();
    }

    @Test
    void shouldThrowWhatTheStepThrows() {
        StartException refused = new StartException(ExitCode.PORT, "taken");
        Beside<String> step = new Beside<>(
                "step",
                own -> {
                    throw refused;
                },
                parts);
        assertSame(refused, assertThrows(StartException.class, step::await));
        Beside<String> failing = new Beside<>(
                "step",
                own -> {
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
        Beside<String> step = new Beside<>(
                "step",
                own -> {
                    stepping.set(Thread.currentThread());
                    begun.countDown();
                    while (true) {
                        parts.requireStarting("stepping");
                        Thread.onSpinWait();
                    }
                },
                parts);
        step.begin();
        begun.await();
        parts.stopAll();
        assertEquals(false, aliveAtTheEnd.get());
        assertEquals(
                "stopped while stepping",
                assertThrows(CancellationException.class, step::await).getMessage());
    }

    /** As if it had begun when it was awaited. */
    @Test
    void shouldStopWhatTheStepStartedBeforeWhatWasStartedMeanwhile() throws Exception {
        List<String> stopped = new ArrayList<>();
        parts.add("data directory", () -> stopped.add("data directory"));
        Beside<String> step = new Beside<>(
                "step",
                own -> {
                    own.add("journal", () -> stopped.add("journal"));
                    return "read";
                },
                parts);
        step.begin();
        parts.add("postgresql", () -> stopped.add("postgresql"));
        assertEquals("read", step.await());
        parts.add("http", () -> stopped.add("http"));
        parts.stopAll();
        assertEquals(List.of("http", "journal", "postgresql", "data directory"), stopped);
    }
}
