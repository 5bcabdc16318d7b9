package dev.valora.aggregator.store;

import java.util.UUID;

/**
 * How much of which journal the windows hold: every entry up to {@code sequence} and the first {@code records} records of the
 * entry after it.
 *
 * @param journal the journal's id
 * @param sequence 0 when there is none
 * @param records 0 unless a flush ended in the middle of an entry
 * @param appliedThroughMicros the watermark, microseconds since the epoch: all usage accepted before it is in the windows
 */
public record Checkpoint(UUID journal, long sequence, int records, long appliedThroughMicros) {

    public Checkpoint {
        if (sequence < 0 || records < 0) {
            throw new IllegalArgumentException("no such place in a journal: " + sequence + "/" + records);
        }
    }

    /** The checkpoint of a database that has seen nothing of the journal. */
    public static Checkpoint start(UUID journal) {
        return new Checkpoint(journal, 0, 0, 0);
    }
}
