package dev.valora.billing;

import dev.valora.ingest.AppliedUsage;
import java.time.Duration;
import java.time.Instant;

/** Says that usage has been applied up to whatever instant a test names; by default to the end of the century. */
public final class AppliedThrough implements AppliedUsage {

    private volatile Instant through = Instant.parse("2100-01-01T00:00:00Z");

    public void turnTo(String instant) {
        through = Instant.parse(instant);
    }

    @Override
    public long appliedSequence() {
        return 1;
    }

    @Override
    public Instant appliedThrough() {
        return through;
    }

    @Override
    public boolean awaitApplied(long sequence, Duration atMost) {
        return true;
    }
}
