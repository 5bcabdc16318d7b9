package dev.valora.ingest.intake;

import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterJournal;
import dev.valora.ingest.MeterRecords;
import dev.valora.ingest.VoidRecord;
import dev.valora.ingest.admission.EventIdentity;
import java.util.concurrent.CompletableFuture;

/** What the writer is asked to do besides taking usage. */
sealed interface Command {

    /** Completed by the writer, exactly once. */
    CompletableFuture<?> answer();

    /** A new meter. */
    record Define(MeterDefinition meter, CompletableFuture<MeterJournal.Definition> answer) implements Command {}

    /** The end of a meter. */
    record Archive(MeterRecords.Archived archived, CompletableFuture<MeterJournal.Archiving> answer)
            implements Command {}

    /** A look into the index of keys. */
    record Find(EventIdentity identity, CompletableFuture<Intake.Known> answer) implements Command {}

    /** A void. */
    record VoidEvent(EventIdentity identity, VoidRecord record, CompletableFuture<Intake.Voiding> answer)
            implements Command {}

    /** An entry without records, for its accepted time. */
    record Tick(CompletableFuture<Long> answer) implements Command {}
}
