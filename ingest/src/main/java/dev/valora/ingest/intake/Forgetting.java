package dev.valora.ingest.intake;

import dev.valora.ingest.Journal;
import dev.valora.ingest.Position;
import dev.valora.ingest.Ticker;
import dev.valora.ingest.admission.Admission;
import dev.valora.ingest.admission.DedupIndex;
import dev.valora.ingest.retention.RetentionRule;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the index of keys to what the journal holds: when its beginning was removed, all keys of it are free between two groups,
 * and their memory is given back a partition at a time, with pauses, so that the writer is never held up for long. The writer's
 * thread.
 */
final class Forgetting {

    /** Purging one of a hundred million keys takes the writer some milliseconds: a twentieth of its time at the most. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Journal journal;
    private final Ticker ticker;
    private final Admission admission;

    private long firstSequence;
    private int partition;
    private int partitionsLeft;
    private long purgedNanos;

    /** @param admission with keys of events that the journal holds, and no other */
    Forgetting(Journal journal, Ticker ticker, Admission admission) {
        this.journal = journal;
        this.ticker = ticker;
        this.admission = admission;
        forget(journal.firstSequence());
        purgedNanos = ticker.nanos() - PAUSE_NANOS;
    }

    /** Follows the journal's beginning; between two groups. Returns how much was done, 0 most of the time. */
    int step() {
        long first = journal.firstSequence();
        if (first != firstSequence) {
            forget(first);
            partitionsLeft = DedupIndex.PARTITIONS;
        }
        if (partitionsLeft == 0 || ticker.nanos() - purgedNanos < PAUSE_NANOS) {
            return 0;
        }
        admission.purge(partition);
        partition = (partition + 1) % DedupIndex.PARTITIONS;
        partitionsLeft--;
        purgedNanos = ticker.nanos();
        return 1;
    }

    private void forget(long first) {
        firstSequence = first;
        admission.forgetBefore(
                Position.pack(first, 0), RetentionRule.latestEventMicros(journal.removedThroughMicros()));
    }
}
