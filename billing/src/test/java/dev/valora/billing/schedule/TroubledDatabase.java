package dev.valora.billing.schedule;

import dev.valora.ingest.Database;
import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.OrganizationId;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** The real database, slow or refusing for single organizations by a ticker that it turns itself. One thread. */
final class TroubledDatabase implements Database {

    private final Database real;
    private final Set<OrganizationId> late = new HashSet<>();
    private long nanos;
    private long statementNanos;
    private int lateTransactions;
    private boolean cut;

    TroubledDatabase(Database real) {
        this.real = real;
    }

    long nanos() {
        return nanos;
    }

    void pass(Duration time) {
        nanos += time.toNanos();
    }

    /** What each statement of every organization takes from now on. */
    void slowDownTo(Duration statement) {
        statementNanos = statement.toNanos();
    }

    /** From now on PostgreSQL gives up the fifth statement of each of its transactions, after half a minute. */
    void trouble(OrganizationId organization) {
        late.add(organization);
    }

    /** From now on the connection breaks before each commit in an organization. */
    void cut() {
        cut = true;
    }

    /** How many transactions were given up. */
    int lateTransactions() {
        return lateTransactions;
    }

    @Override
    public <T> T inOrganization(OrganizationId organization, Work<T> work) {
        return real.inOrganization(organization, transaction -> {
            T result = work.run(troubled(organization, transaction));
            if (cut) {
                throw new DatabaseException("the connection broke", null, null);
            }
            return result;
        });
    }

    private Transaction troubled(OrganizationId organization, Transaction transaction) {
        int[] statements = {0};
        return (sql, parameters) -> {
            nanos += statementNanos;
            if (++statements[0] == 5 && late.contains(organization)) {
                nanos += Duration.ofSeconds(30).toNanos();
                lateTransactions++;
                throw new DatabaseException("PostgreSQL did not do a statement", "57014", null);
            }
            return transaction.execute(sql, parameters);
        };
    }

    @Override
    public <T> T acrossOrganizations(Work<T> work) {
        return real.acrossOrganizations(work);
    }
}
