package dev.valora.ingest;

/** The entries that were asked for stood in journal files that were removed. */
public final class EntriesGoneException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param sequence of the first entry that was asked for, from 1 */
    public EntriesGoneException(long sequence, long firstSequence) {
        super("the journal no longer holds entry " + sequence + ": it begins at entry " + firstSequence);
    }
}
