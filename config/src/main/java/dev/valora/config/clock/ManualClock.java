package dev.valora.config.clock;

import dev.valora.ingest.WallClock;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until it is turned, and only goes forward. Any thread. */
public final class ManualClock implements WallClock {

    private final AtomicLong micros;

    /**
     * A clock that stands at this time.
     *
     * @param startMicros what it shows first, in microseconds since the epoch
     */
    public ManualClock(long startMicros) {
        this.micros = new AtomicLong(startMicros);
    }

    @Override
    public long epochMicros() {
        return micros.get();
    }

    /** Turns the clock to this time, or leaves it; false when it already shows a later one. */
    public boolean turnTo(long toMicros) {
        return micros.accumulateAndGet(toMicros, Math::max) == toMicros;
    }
}
