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

    /**
     * The rows that the answers are made of: those of the first question first, then by window, accepted hour and dimensions.
     * They are the same whenever they are read once the watermark has passed the cuts.
     *
     * @param transaction of the organization
     * @param skip so many rows from the front, at least 0; they are read nonetheless
     * @param limit rows at most
     * @throws DatabaseException when PostgreSQL cannot be asked
     */
    List<WindowRow> rows(
            Database.Transaction transaction,
            OrganizationId organization,
            List<QuantityQuestion> questions,
            long skip,
            int limit);
}
