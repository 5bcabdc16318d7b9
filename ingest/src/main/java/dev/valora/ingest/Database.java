package dev.valora.ingest;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;

/**
 * PostgreSQL as the application may use it: always inside a transaction, as a role that owns nothing. Blocks its thread, so
 * call it from virtual threads and agents, never from an event loop. Any thread.
 */
public interface Database {

    /** Work inside one transaction: an exception rolls it back and reaches the caller. */
    @FunctionalInterface
    interface Work<T> {
        T run(Transaction transaction);
    }

    /** Runs statements in order on one connection. Valid until the work returns. */
    interface Transaction {

        /**
         * Runs one prepared statement with {@code $1}-style parameters and waits for its rows.
         *
         * @throws DatabaseException when PostgreSQL refuses it or cannot be reached
         */
        RowSet<Row> execute(String sql, Tuple parameters);

        /**
         * Sends such a statement and does not wait for it: it is done before whatever follows. A refusal reaches whoever waits
         * next, the commit at the latest. When some wait to be done already, the first of them is waited for.
         *
         * @throws DatabaseException when it is known by now that something was refused that was sent before
         */
        default void send(String sql, Tuple parameters) {
            execute(sql, parameters);
        }

        /** The same as {@link #execute(String, Tuple)} without parameters. */
        default RowSet<Row> execute(String sql) {
            return execute(sql, Tuple.tuple());
        }
    }

    /**
     * One transaction as {@code valora_app} for one organization: row-level security shows no rows of any other.
     *
     * @throws DatabaseException when it did not commit, or when it is not known whether it did
     */
    <T> T inOrganization(OrganizationId organization, Work<T> work);

    /**
     * One transaction as {@code valora_system}, the narrow role that may see some columns of some tables across
     * organizations: finding a key, flushing windows, finding due work.
     *
     * @throws DatabaseException when it did not commit, or when it is not known whether it did
     */
    <T> T acrossOrganizations(Work<T> work);
}
