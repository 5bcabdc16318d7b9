package dev.valora.ingest;

/**
 * A journal file that takes no more entries.
 *
 * @param number of the file, from 1, never used twice
 * @param firstSequence of its first entry
 * @param lastSequence of its last entry; one less than the first when it holds none
 */
public record JournalSpan(long number, long firstSequence, long lastSequence) {

    public JournalSpan {
        if (number < 1 || firstSequence < 1 || lastSequence < firstSequence - 1) {
            throw new IllegalArgumentException("no file: " + number + " from " + firstSequence + " to " + lastSequence);
        }
    }

    /** Whether the file holds no entry. */
    public boolean isEmpty() {
        return lastSequence < firstSequence;
    }
}
