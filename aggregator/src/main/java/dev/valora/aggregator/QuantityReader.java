package dev.valora.aggregator;

import dev.valora.ingest.Database;
import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Quantity;
import java.util.List;

/** Reads many quantities at once, each at a cut of its own. Blocks on PostgreSQL; any thread but an event loop. */
public interface QuantityReader {

    /**
     * The answers in the order of the questions, 0 where there was no usage; one statement for all of them.
     *
     * @param transaction of the organization
     * @throws DatabaseException when PostgreSQL cannot be asked
     */
    List<Quantity> read(
            Database.Transaction transaction, OrganizationId organization, List<QuantityQuestion> questions);
}
