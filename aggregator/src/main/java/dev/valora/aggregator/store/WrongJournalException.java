package dev.valora.aggregator.store;

/** The database and the journal do not belong together: nothing may be written to either. */
public final class WrongJournalException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message one sentence that tells an operator which is which */
    public WrongJournalException(String message) {
        super(message);
    }
}
