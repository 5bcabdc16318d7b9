package dev.valora.ingest;

import java.time.Instant;

/** Which usage may still be billed. Implemented by billing; blocks on PostgreSQL. */
public interface UnbilledUsage {

    /**
     * The earliest instant at which a billing cycle begins that is not closed, over all organizations: usage that happened
     * before it belongs to closed cycles only. {@link Instant#MAX} when there is no such cycle.
     *
     * @throws DatabaseException when PostgreSQL cannot be asked
     */
    Instant from();
}
