package dev.valora.ingest.intake;

import dev.valora.ingest.MeterJournal;
import dev.valora.ingest.VoidRecord;
import dev.valora.ingest.admission.EventIdentity;
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

    /**
     * Where the event of a key and its void stand in the journal.
     *
     * @param event packed position; 0 when the journal holds no event with the key
     * @param voided packed position; 0 when the event is not voided
     */
    record Known(long event, long voided) {}

    /** What became of a void. */
    sealed interface Voiding {

        /**
         * The event is voided.
         *
         * @param position packed, of the one void that the event has
         * @param isFirst whether it was written now
         */
        record Voided(long position, boolean isFirst) implements Voiding {}

        /** The journal no longer holds the event, or no longer all that its window would have to be recounted from. */
        record Gone() implements Voiding {}
    }

    /** Hands a batch to the writer. It belongs to the writer until its listener is told. */
    Offer offer(UsageBatch batch);

    /**
     * Forces a tick: an empty entry stamped with the current time, so that the watermark can pass everything before it.
     * Completes with the tick's sequence once it is on disk.
     */
    CompletionStage<Long> tick();

    /** Looks a key up in the index, which is the writer's alone. What it finds is on disk when this completes. */
    CompletionStage<Known> find(EventIdentity identity);

    /**
     * Journals a void, unless the event has one. Completes once it is on disk.
     *
     * @param identity of the event, which must have been found
     */
    CompletionStage<Voiding> voidEvent(EventIdentity identity, VoidRecord record);
}
