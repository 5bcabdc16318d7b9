package dev.valora.ingest.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.valora.ingest.EventRecord;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Position;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import dev.valora.ingest.RecordLayout;
import dev.valora.ingest.StoredEvent;
import dev.valora.ingest.VoidRecord;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.admission.EventIdentity;
import dev.valora.ingest.intake.Intake;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds events by their keys: the writer tells where the index has them, the journal what stands there. Blocks; any thread but
 * an event loop or the writer's.
 */
final class JournaledEvents {

    private static final Logger LOG = LoggerFactory.getLogger(JournaledEvents.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int RETRY_AFTER_SECONDS = 1;

    private final Intake intake;
    private final LongFunction<@Nullable JournalEntry> journal;
    private final Supplier<EventHash> hashes;

    /**
     * @param journal reads one entry by its sequence; null when it is gone
     * @param hashes makes hashes with the secret of the journal's data directory
     */
    JournaledEvents(Intake intake, LongFunction<@Nullable JournalEntry> journal, Supplier<EventHash> hashes) {
        this.intake = intake;
        this.journal = journal;
        this.hashes = hashes;
    }

    /**
     * The event with a key.
     *
     * @throws ProblemException 404 when the organization has none, 410 when the journal no longer holds it, 503 when the writer
     *     cannot be asked
     */
    StoredEvent find(OrganizationId organization, String key) {
        Intake.Known known = await(intake.find(identity(organization, key)));
        StoredEvent.@Nullable Voided voided = known.voided() == 0 ? null : readVoid(known.voided(), known.event());
        return read(organization, key, known.event(), voided);
    }

    /** Voids the event with a key, or tells of the void that it has. Throws what {@link #find} does. */
    StoredEvent voidEvent(OrganizationId organization, String key, String reason) {
        StoredEvent found = find(organization, key);
        if (found.voided() != null) {
            return found;
        }
        VoidRecord record = new VoidRecord(found.place().position().packed(), found.event(), reason);
        Intake.Voiding voiding = await(intake.voidEvent(identity(organization, key), record));
        return new StoredEvent(found.event(), found.place(), readVoid(voiding.position(), record.eventPosition()));
    }

    private EventIdentity identity(OrganizationId organization, String key) {
        return hashes.get().identity(organization, key.getBytes(UTF_8));
    }

    private StoredEvent read(
            OrganizationId organization, String key, long packed, StoredEvent.@Nullable Voided voided) {
        if (packed == 0) {
            throw notFound(key);
        }
        Position position = Position.unpack(packed);
        JournalEntry entry = journal.apply(position.sequence());
        if (entry == null) {
            throw gone();
        }
        int offset = entry.recordAt(position.index());
        EventRecord event = new EventRecord().wrap(entry.bytes(), offset);
        // The hash only led here: what counts is that it is the same key of the same organization.
        if (entry.recordType(offset) != RecordLayout.TYPE_EVENT
                || !event.organization().equals(organization)
                || !event.key().equals(key)) {
            throw notFound(key);
        }
        return new StoredEvent(event, new StoredEvent.Place(position, entry.acceptedMicros()), voided);
    }

    private StoredEvent.Voided readVoid(long packed, long eventPosition) {
        Position position = Position.unpack(packed);
        JournalEntry entry = journal.apply(position.sequence());
        if (entry == null) {
            throw gone();
        }
        VoidRecord voided = VoidRecord.decode(entry.bytes(), entry.recordAt(position.index()));
        if (voided.eventPosition() != eventPosition) {
            throw new IllegalStateException("the void at " + position + " is not that of the event at "
                    + Position.unpack(eventPosition) + ", though the index says so");
        }
        return new StoredEvent.Voided(voided.reason(), new StoredEvent.Place(position, entry.acceptedMicros()));
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            LOG.warn("the writer did not answer for an event", failed);
            throw unavailable();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw unavailable();
        }
    }

    private static ProblemException unavailable() {
        return new ProblemException(Problem.unavailable(
                "journal_unavailable",
                "The journal takes nothing right now; send the same again.",
                RETRY_AFTER_SECONDS));
    }

    private static ProblemException notFound(String key) {
        return new ProblemException(Problem.notFound("event", key));
    }

    private static ProblemException gone() {
        return new ProblemException(Problem.of(
                ProblemKind.GONE,
                "event_gone",
                "The journal no longer holds this event. Correct what was billed with an adjustment."));
    }
}
