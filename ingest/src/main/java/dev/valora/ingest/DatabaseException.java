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

    /** Whether PostgreSQL could not be reached or was shutting down: trying later may help, and the outcome is unknown. */
    public boolean isUnavailable() {
        return sqlState == null || sqlState.startsWith("08") || sqlState.startsWith("57P");
    }

    /** Whether a unique constraint refused the row. */
    public boolean isUniqueViolation() {
        return "23505".equals(sqlState);
    }
}
