package dev.valora.ingest;

/** What stands in the journal is not what was written. The message names the file, the sequence and what to run next. */
public final class JournalCorruptException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public JournalCorruptException(String message) {
        super(message);
    }

    public JournalCorruptException(String message, Throwable cause) {
        super(message, cause);
    }
}
