package dev.valora.ingest.http;

import dev.valora.ingest.admission.UsageBatch;

/** Reads the body of a usage request into a batch. One instance an event loop, used on that loop only. */
@FunctionalInterface
public interface UsageReader {

    /**
     * Fills a batch that was begun for its organization from the first {@code length} bytes; the array may be changed after this
     * returns.
     *
     * @param lines whether the body is newline-delimited JSON, an event a line
     * @throws dev.valora.ingest.ProblemException when the body cannot be read as events at all
     */
    void parse(byte[] body, int length, boolean lines, UsageBatch batch);
}
