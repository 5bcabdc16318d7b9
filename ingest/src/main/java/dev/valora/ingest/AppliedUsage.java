package dev.valora.ingest;

import java.time.Duration;
import java.time.Instant;

/** How far the journal has been applied to the windows. Implemented by the aggregator; any thread. */
public interface AppliedUsage {

    /** The sequence of the last entry whose windows are committed in PostgreSQL; 0 when there is none. */
    long appliedSequence();

    /** The watermark: all usage accepted before this instant is in the windows. {@link Instant#EPOCH} before the first. */
    Instant appliedThrough();

    /** Waits until an entry is applied; false when it was not by the end of the time. Blocks; never on an event loop. */
    boolean awaitApplied(long sequence, Duration atMost);
}
