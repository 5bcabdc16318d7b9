package dev.valora.aggregator;

import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.OrganizationId;
import java.util.List;

/** Reads usage of one meter at a cut. Blocks on PostgreSQL; any thread but an event loop. */
public interface UsageReader {

    /**
     * Totals of the customers that the selection names, ordered by customer and group: one row for each group that has usage;
     * without groups, exactly one row for each named customer, be it 0.
     *
     * @throws IllegalArgumentException when the selection names no customer
     * @throws DatabaseException when PostgreSQL cannot be asked
     */
    List<UsageTotals> totals(OrganizationId organization, UsageSelection selection);

    /**
     * A page of windows that have usage, ordered by customer, start and group.
     *
     * @throws DatabaseException when PostgreSQL cannot be asked
     */
    List<UsageWindow> windows(OrganizationId organization, WindowsRequest request);
}
