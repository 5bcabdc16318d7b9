package dev.valora.ingest;

/** Looks organizations up. Blocks on PostgreSQL; any thread but an event loop. */
public interface OrganizationDirectory {

    /**
     * The organization with its present policies.
     *
     * @throws ProblemException 404 when there is none
     * @throws DatabaseException when PostgreSQL cannot be asked
     */
    Organization organization(OrganizationId id);
}
