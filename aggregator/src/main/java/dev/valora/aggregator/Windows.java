package dev.valora.aggregator;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The arithmetic of tumbling windows: windows and acceptance hours begin at whole multiples of their length since the epoch,
 * in UTC. An organization's window length is chosen so that its local days begin on such a multiple too. All arguments before
 * 1970 floor downwards like the others.
 */
public final class Windows {

    private static final long MICROS_PER_SECOND = 1_000_000L;
    private static final long HOUR_MICROS = 3_600 * MICROS_PER_SECOND;

    private Windows() {}

    /** The start of the UTC hour that holds an accepted time, both in microseconds since the epoch. */
    public static long hourMicros(long acceptedMicros) {
        return acceptedMicros - Math.floorMod(acceptedMicros, HOUR_MICROS);
    }

    /** The last window start that is not after the instant. */
    public static Instant startAtOrBefore(Instant instant, int windowMinutes) {
        long second = instant.getEpochSecond();
        return Instant.ofEpochSecond(second - Math.floorMod(second, windowMinutes * 60L));
    }

    /** Whether a window starts at the instant. */
    public static boolean isStart(Instant instant, int windowMinutes) {
        return instant.equals(startAtOrBefore(instant, windowMinutes));
    }

    /** Whether a UTC hour starts at the instant. */
    public static boolean isWholeHour(Instant instant) {
        return isStart(instant, 60);
    }

    /** The instant of a number of microseconds since the epoch. */
    public static Instant instant(long micros) {
        return Instant.ofEpochSecond(
                Math.floorDiv(micros, MICROS_PER_SECOND), Math.floorMod(micros, MICROS_PER_SECOND) * 1_000L);
    }

    /** Microseconds since the epoch, what is finer cut off; throws {@link ArithmeticException} beyond 290,000 years. */
    public static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }
}
