package dev.valora.aggregator;

import dev.valora.ingest.Database;
import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.OrganizationId;

/** The real database behind a connection that breaks when a test says so. One thread. */
public final class FaultyDatabase implements Database {

    /** What happens to the next transaction across organizations. */
    public enum Fault {
        NONE,
        /** PostgreSQL is not reached at all. */
        UNREACHABLE,
        /** The transaction commits and its answer is lost. */
        ANSWER_LOST,
        /** The connection breaks before the commit. */
        BROKEN_BEFORE_COMMIT
    }

    private final Database real;
    private Fault fault = Fault.NONE;
    private boolean lasting;

    public FaultyDatabase(Database real) {
        this.real = real;
    }

    /** Breaks the next transaction. */
    public void once(Fault next) {
        fault = next;
        lasting = false;
    }

    /** Breaks every transaction until {@link #heal}. */
    public void always(Fault every) {
        fault = every;
        lasting = true;
    }

    public void heal() {
        fault = Fault.NONE;
    }

    @Override
    public <T> T inOrganization(OrganizationId organization, Work<T> work) {
        return real.inOrganization(organization, work);
    }

    @Override
    public <T> T acrossOrganizations(Work<T> work) {
        Fault now = fault;
        if (!lasting) {
            fault = Fault.NONE;
        }
        return switch (now) {
            case NONE -> real.acrossOrganizations(work);
            case UNREACHABLE -> throw broken();
            case ANSWER_LOST -> {
                real.acrossOrganizations(work);
                throw broken();
            }
            case BROKEN_BEFORE_COMMIT ->
                real.acrossOrganizations(transaction -> {
                    work.run(transaction);
                    throw broken();
                });
        };
    }

    private static DatabaseException broken() {
        return new DatabaseException("the connection broke", null, null);
    }
}
