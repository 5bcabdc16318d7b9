package dev.valora.config.clock;

import dev.valora.ingest.WallClock;
import java.time.Instant;

/** The machine's clock: the only place in Valora that reads it. Any thread. */
public final class SystemWallClock implements WallClock {

    @Override
    public long epochMicros() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    }
}
