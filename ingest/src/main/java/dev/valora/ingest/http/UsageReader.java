package dev.valora.ingest.http;

import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.admission.UsageBatch;

/** Reads the body of a usage request into a batch. One instance an event loop, used on that loop only. */
@FunctionalInterface
public interface UsageReader {

    /**
     * Fills the batch from the first {@code length} bytes; the array may be changed after this returns.
     *
     * @throws dev.valora.ingest.ProblemException when the body cannot be read as events at all
     */
    void parse(byte[] body, int length, OrganizationId organization, boolean atomic, UsageBatch batch);
}
