package dev.valora.ingest;

import org.jspecify.annotations.Nullable;

/** PostgreSQL refused a statement, or could not be reached. */
public final class DatabaseException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final @Nullable String sqlState;

    /**
     * @param sqlState the five characters that PostgreSQL sent; null when the connection failed, and then a COMMIT may or may
     *     not have happened
     */
    public DatabaseException(String message, @Nullable String sqlState, @Nullable Throwable cause) {
        super(message, cause);
        this.sqlState = sqlState;
    }

    /** The five characters that PostgreSQL sent; null when the connection failed. */
    public @Nullable String sqlState() {
        return sqlState;
    }

    /**
     * Whether trying later may help: PostgreSQL could not be reached or was shutting down (and then the outcome is unknown), had
     * no resources left, gave a statement or a lock up after its time, or resolved a conflict between transactions.
     */
    public boolean isUnavailable() {
        return sqlState == null
                || sqlState.startsWith("08")
                || sqlState.startsWith("40")
                || sqlState.startsWith("53")
                || sqlState.startsWith("57")
                || "55P03".equals(sqlState);
    }

    /** Whether a unique constraint refused the row. */
    public boolean isUniqueViolation() {
        return "23505".equals(sqlState);
    }
}
