package dev.valora.ingest.intake;

import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.admission.UsageBatch;
import java.util.concurrent.CompletionStage;

/** The way into the journal. Any thread may call it; what is taken is answered by the single writer. */
public interface Intake {

    /** What became of a hand-over. */
    enum Offer {
        /** The batch's listener will be told, exactly once. */
        TAKEN,
        /** Too much is waiting; the sender should come again in a second. */
        FULL,
        /** The journal failed or the server is stopping; nothing is taken any more. */
        CLOSED
    }

    /** What became of a meter's definition. */
    sealed interface Definition {
        /** It is on disk in the entry with this sequence. */
        record Defined(long sequence) implements Definition {}

        /** The organization has a meter with this code, live or archived. */
        record CodeTaken() implements Definition {}
    }

    /** What became of an archiving. */
    sealed interface Archiving {
        /** It is on disk in the entry with this sequence. */
        record Archived(long sequence) implements Archiving {}

        /** It was archived before; nothing was written. */
        record AlreadyArchived() implements Archiving {}

        /** The organization has no meter with this code. */
        record NoSuchMeter() implements Archiving {}
    }

    /** Hands a batch to the writer. It belongs to the writer until its listener is told. */
    Offer offer(UsageBatch batch);

    /** Journals a meter. Completes on the writer's thread once it is on disk; exceptionally when the intake is closed. */
    CompletionStage<Definition> define(MeterDefinition meter);

    /** Journals the end of a meter. Completes on the writer's thread once it is on disk. */
    CompletionStage<Archiving> archive(OrganizationId organization, String code);

    /**
     * Forces a tick: an empty entry stamped with the current time, so that the watermark can pass everything before it.
     * Completes with the tick's sequence once it is on disk.
     */
    CompletionStage<Long> tick();
}
