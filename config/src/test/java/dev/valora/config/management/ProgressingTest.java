package dev.valora.config.management;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ProgressingTest {

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong wanted = new AtomicLong();
    private final Progressing progressing = new Progressing(done::get, wanted::get, nanos::get);

    @Test
    void shouldAlarmWhenItStandsStillWhileBehind() {
        wanted.set(1);
        assertEquals(Optional.empty(), progressing.get());
        turn(14);
        assertEquals(Optional.empty(), progressing.get());
        turn(1);
        assertTrue(progressing.get().orElseThrow().contains("0 of 1"));
    }

    @Test
    void shouldNotCountTheTimeWithoutWork() {
        assertEquals(Optional.empty(), progressing.get());
        turn(60);
        wanted.set(1);
        assertEquals(Optional.empty(), progressing.get());
        done.set(1);
        turn(60);
        assertEquals(Optional.empty(), progressing.get());
    }

    @Test
    void shouldForgetWhenItMoves() {
        wanted.set(9);
        progressing.get();
        turn(10);
        done.set(1);
        progressing.get();
        turn(10);
        assertEquals(Optional.empty(), progressing.get());
    }

    private void turn(long seconds) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }
}
