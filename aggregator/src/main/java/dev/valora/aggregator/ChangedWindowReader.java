package dev.valora.aggregator;

import dev.valora.ingest.Database;
import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.OrganizationId;
import java.time.Instant;
import java.util.List;

/** Finds windows that usage, or a void, has changed behind a cut. Blocks on PostgreSQL; any thread but an event loop. */
public interface ChangedWindowReader {

    /**
     * Which windows to look for.
     *
     * @param customer the caller's key, as usage names it
     * @param meter the meter's code
     * @param startBefore windows that start earlier than this; not later than {@code acceptedFrom}
     * @param acceptedFrom inclusive; a whole UTC hour
     * @param acceptedBefore exclusive; a whole UTC hour
     */
    record Question(String customer, String meter, Instant startBefore, Instant acceptedFrom, Instant acceptedBefore) {

        public Question {
            if (startBefore.isAfter(acceptedFrom)) {
                throw new IllegalArgumentException(
                        "windows up to " + startBefore + " can have changed before " + acceptedFrom);
            }
        }
    }

    /**
     * For each question, in order, the starts of the windows for which something was accepted in these hours, ascending and
     * each once; one statement for all of them.
     *
     * @param transaction of the organization
     * @throws DatabaseException when PostgreSQL cannot be asked
     */
    List<List<Instant>> read(Database.Transaction transaction, OrganizationId organization, List<Question> questions);
}
