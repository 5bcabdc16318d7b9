package dev.valora.ingest;

/** The journal could not make an entry durable. It takes nothing more; the server must stop and be looked at. */
public final class JournalFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public JournalFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
