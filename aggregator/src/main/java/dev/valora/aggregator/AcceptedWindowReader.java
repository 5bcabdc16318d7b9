package dev.valora.aggregator;

import dev.valora.ingest.Database;
import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Quantity;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads windows hour of acceptance by hour of acceptance. Blocks on PostgreSQL; any thread but an event loop. */
public interface AcceptedWindowReader {

    /**
     * Which windows to read.
     *
     * @param customer the caller's key, as usage names it
     * @param meter the meter's code
     * @param from inclusive, by event time
     * @param to exclusive, by event time
     */
    record Question(String customer, String meter, Instant from, Instant to) {}

    /**
     * What was accepted in one hour for one window.
     *
     * @param value of a meter that adds up what this hour added; of another one, what it made of it; 0 when it left nothing
     * @param events less those that were voided in this hour
     */
    record Accepted(
            Instant windowStart, Instant acceptedHour, Map<String, String> dimensions, Quantity value, long events) {

        public Accepted {
            dimensions = Collections.unmodifiableSortedMap(new TreeMap<>(dimensions));
        }
    }

    /**
     * Everything of the first windows after an instant, in the order of their starts and of acceptance.
     *
     * @param transaction of the organization
     * @param after windows start later than this
     * @param windows starts at most
     * @throws DatabaseException when PostgreSQL cannot be asked
     */
    List<Accepted> read(
            Database.Transaction transaction,
            OrganizationId organization,
            Question question,
            Instant after,
            int windows);
}
