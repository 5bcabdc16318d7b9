package dev.valora.config.clock;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GuardedClockTest {

    private static final long START_MICROS = 1_790_000_000_000_000L;

    private final AtomicLong wallMicros = new AtomicLong(START_MICROS);
    private final AtomicLong nanos = new AtomicLong(-7_000_000_000L);
    private final GuardedClock clock = new GuardedClock(wallMicros::get, nanos::get);

    private boolean isTrusted() {
        return clock.isTrusted(clock.epochMicros());
    }

    private void pass(long wallSeconds, long monotonicSeconds) {
        wallMicros.addAndGet(TimeUnit.SECONDS.toMicros(wallSeconds));
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(monotonicSeconds));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    0     | 0     | true
                    86400 | 86400 | true
                    300   | 0     | true
                    301   | 0     | false
                    -300  | 0     | true
                    -301  | 0     | false
                    3600  | 3300  | true
                    3600  | 3299  | false
                    0     | 301   | false
                    """)
    void shouldBelieveAClockThatIsAtMostFiveMinutesApart(long wallSeconds, long monotonicSeconds, boolean trusted) {
        pass(wallSeconds, monotonicSeconds);
        assertEquals(trusted, isTrusted());
        assertEquals(TimeUnit.SECONDS.toMicros(wallSeconds - monotonicSeconds), clock.apartMicros());
    }

    @Test
    void shouldAddUpSmallJumps() {
        for (int i = 0; i < 3; i++) {
            pass(160, 60);
            assertEquals(true, isTrusted());
        }
        pass(61, 60);
        assertEquals(false, isTrusted());
    }

    @Test
    void shouldForgetAJumpThatIsUndone() {
        pass(86_400, 1);
        assertEquals(false, isTrusted());
        pass(-86_400, 0);
        assertEquals(true, isTrusted());
    }

    @Test
    void shouldBelieveWhatWasConfirmed() {
        pass(86_400, 1);
        clock.confirm();
        assertEquals(true, isTrusted());
        assertEquals(START_MICROS + TimeUnit.DAYS.toMicros(1), clock.epochMicros());
        pass(-86_400, 0);
        assertEquals(false, isTrusted());
    }
}
