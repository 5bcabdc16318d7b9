package dev.valora.billing.cycles;

import dev.valora.ingest.DatabaseException;

/** One kind of due work. Any thread but an event loop. */
public interface Job {

    /**
     * Does one batch and tells it what became of it.
     *
     * @throws DatabaseException when a statement failed; nothing of the batch may be committed then
     */
    void run(Batch batch);
}
