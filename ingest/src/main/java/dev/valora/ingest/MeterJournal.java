package dev.valora.ingest;

import java.util.concurrent.CompletionStage;

/** The way of meters into the journal. Any thread may call it; it is answered by the single writer. */
public interface MeterJournal {

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

    /** Journals a meter. Completes on the writer's thread once it is on disk; exceptionally when the intake is closed. */
    CompletionStage<Definition> define(MeterDefinition meter);

    /** Journals the end of a meter. Completes on the writer's thread once it is on disk. */
    CompletionStage<Archiving> archive(OrganizationId organization, String code);
}
