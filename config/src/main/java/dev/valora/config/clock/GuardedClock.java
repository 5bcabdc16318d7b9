package dev.valora.config.clock;

import dev.valora.ingest.Ticker;
import dev.valora.ingest.WallClock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The machine's clock, believed for as long as it goes along with monotonic time: one that jumps into the future would bill
 * what has not come yet, and what was stamped can never be taken back. Any thread.
 *
 * <p>Both are compared with where they stood at the start, or when an operator last confirmed the clock; a jump that is undone
 * is forgotten. What a machine slept through looks like a jump too.
 */
public final class GuardedClock implements WallClock {

    /** How far they may part. */
    public static final Duration APART_MAX = Duration.ofMinutes(5);

    private final WallClock machine;
    private final Ticker ticker;
    private volatile Anchor anchor;

    /** Both clocks, read at one time. */
    private record Anchor(long micros, long nanos) {}

    /** Believes what the machine shows now. */
    public GuardedClock(WallClock machine, Ticker ticker) {
        this.machine = machine;
        this.ticker = ticker;
        this.anchor = new Anchor(machine.epochMicros(), ticker.nanos());
    }

    @Override
    public long epochMicros() {
        return machine.epochMicros();
    }

    @Override
    public boolean isTrusted(long epochMicros) {
        return Math.abs(apartMicros(epochMicros)) <= TimeUnit.NANOSECONDS.toMicros(APART_MAX.toNanos());
    }

    /** How far the machine's clock is ahead of where monotonic time says it should be; negative when it is behind. */
    public long apartMicros() {
        return apartMicros(machine.epochMicros());
    }

    private long apartMicros(long epochMicros) {
        Anchor from = anchor;
        return epochMicros - from.micros() - TimeUnit.NANOSECONDS.toMicros(ticker.nanos() - from.nanos());
    }

    /** Believes what the machine shows now, from now on. */
    public void confirm() {
        anchor = new Anchor(machine.epochMicros(), ticker.nanos());
    }
}
