package dev.valora.ingest.intake;

import dev.valora.ingest.MeterJournal;
import dev.valora.ingest.admission.UsageBatch;
import java.util.concurrent.CompletionStage;

/** The way into the journal. Any thread may call it; what is taken is answered by the single writer. */
public interface Intake extends MeterJournal {

    /** What became of a hand-over. */
    enum Offer {
        /** The batch's listener will be told, exactly once. */
        TAKEN,
        /** Too much is waiting; the sender should come again in a second. */
        FULL,
        /** The journal failed or the server is stopping; nothing is taken any more. */
        CLOSED,
        /** The disk has less left than the soft limit: no usage is taken, all else goes on. */
        DISK_LOW,
        /** The disk has less left than the hard limit: nothing is taken. */
        DISK_FULL,
        /** The wall clock cannot be believed, so nothing can be stamped. */
        CLOCK_JUMPED
    }

    /** What {@link #offer} would say now; to refuse a request before it is read. */
    Offer standing();

    /** Hands a batch to the writer. It belongs to the writer until its listener is told. */
    Offer offer(UsageBatch batch);

    /**
     * Forces a tick: an empty entry stamped with the current time, so that the watermark can pass everything before it.
     * Completes with the tick's sequence once it is on disk.
     */
    CompletionStage<Long> tick();
}
