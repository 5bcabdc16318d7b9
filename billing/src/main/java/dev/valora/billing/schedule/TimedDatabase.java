package dev.valora.billing.schedule;

import dev.valora.ingest.Database;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Ticker;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;

/**
 * A database whose transactions may not go on for ever: PostgreSQL limits each statement, this what they take together. Time
 * counts from the begin of the transaction, so waiting for a connection is not part of it. Any thread that may block.
 */
final class TimedDatabase implements Database {

    private final Database database;
    private final Ticker ticker;
    private final long limitNanos;

    /** @param limitNanos after which a transaction may begin no further statement */
    TimedDatabase(Database database, Ticker ticker, long limitNanos) {
        this.database = database;
        this.ticker = ticker;
        this.limitNanos = limitNanos;
    }

    /** @throws OverdueBatchException when the time is over; the transaction is rolled back then */
    @Override
    public <T> T inOrganization(OrganizationId organization, Work<T> work) {
        return database.inOrganization(organization, transaction -> work.run(timed(transaction)));
    }

    /** @throws OverdueBatchException when the time is over; the transaction is rolled back then */
    @Override
    public <T> T acrossOrganizations(Work<T> work) {
        return database.acrossOrganizations(transaction -> work.run(timed(transaction)));
    }

    private Transaction timed(Transaction transaction) {
        long begunNanos = ticker.nanos();
        return new Transaction() {
            @Override
            public RowSet<Row> execute(String sql, Tuple parameters) {
                refuseWhenOver(begunNanos);
                return transaction.execute(sql, parameters);
            }

            @Override
            public void send(String sql, Tuple parameters) {
                refuseWhenOver(begunNanos);
                transaction.send(sql, parameters);
            }
        };
    }

    private void refuseWhenOver(long begunNanos) {
        if (ticker.nanos() - begunNanos > limitNanos) {
            throw new OverdueBatchException(limitNanos);
        }
    }
}
