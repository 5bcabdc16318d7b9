package dev.valora.ingest;

import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** PostgreSQL refused a statement, or could not be reached. */
public final class DatabaseException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** No connection could be had, neither a new one nor one from the pool: nothing has happened. */
    public static final String NO_CONNECTION = "08001";

    private static final String STATEMENT_TIMED_OUT = "57014";
    private static final String LOCK_TIMED_OUT = "55P03";

    private final @Nullable String sqlState;

    /**
     * @param sqlState the five characters that PostgreSQL sent, or {@link #NO_CONNECTION}; null when the connection failed, and
     *     then a COMMIT may or may not have happened
     */
    public DatabaseException(String message, @Nullable String sqlState, @Nullable Throwable cause) {
        super(message, cause);
        this.sqlState = sqlState;
    }

    /** The five characters that PostgreSQL sent, or {@link #NO_CONNECTION}; null when the connection failed. */
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
                || isLockTimeout();
    }

    /**
     * Whether a statement was not done in its time: PostgreSQL gave it up, or sent no answer. Neither waiting for a connection
     * nor waiting for a lock is that.
     */
    public boolean isTimeout() {
        return STATEMENT_TIMED_OUT.equals(sqlState) || (sqlState == null && getCause() instanceof TimeoutException);
    }

    /** Whether somebody else kept a lock for longer than it is waited for. */
    public boolean isLockTimeout() {
        return LOCK_TIMED_OUT.equals(sqlState);
    }

    /** Whether no connection could be had: PostgreSQL does not listen, or all connections of the pool are taken. */
    public boolean isWithoutConnection() {
        return NO_CONNECTION.equals(sqlState);
    }

    /** Whether a unique constraint refused the row. */
    public boolean isUniqueViolation() {
        return "23505".equals(sqlState);
    }
}
