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
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
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
    private final LongFunction<@Nullable JournalEntry> entries;
    private final LongSupplier removedThroughMicros;
    private final Supplier<EventHash> hashes;

    /**
     * @param entries of the journal by their sequences; null when one is gone
     * @param removedThroughMicros accepted time of the last entry that is gone; {@link Long#MIN_VALUE} when none is
     * @param hashes makes hashes with the secret of the journal's data directory
     */
    JournaledEvents(
            Intake intake,
            LongFunction<@Nullable JournalEntry> entries,
            LongSupplier removedThroughMicros,
            Supplier<EventHash> hashes) {
        this.intake = intake;
        this.entries = entries;
        this.removedThroughMicros = removedThroughMicros;
        this.hashes = hashes;
    }

    /**
     * The event with a key.
     *
     * @throws ProblemException 404 when the journal holds none of the organization's, whether or not it once did: who asks in
     *     order to send it again must not be told that it was there; 503 when the writer cannot be asked
     */
    StoredEvent find(OrganizationId organization, String key) {
        return look(organization, key).orElseThrow(() -> notFound(key));
    }

    /**
     * Voids the event with a key, or tells of the void that it has.
     *
     * @throws ProblemException 404 when the organization never had one, 410 when the journal may have held it, or no longer holds
     *     what its window would have to be recounted from; 503 when the writer cannot be asked
     */
    StoredEvent voidEvent(OrganizationId organization, String key, String reason) {
        StoredEvent found = look(organization, key).orElseThrow(() -> isWhole() ? notFound(key) : gone(key));
        if (found.voided() != null) {
            return found;
        }
        VoidRecord record = new VoidRecord(found.place().position().packed(), found.event(), reason);
        return switch (await(intake.voidEvent(identity(organization, key), record))) {
            case Intake.Voiding.Voided voided ->
                new StoredEvent(
                        found.event(),
                        found.place(),
                        readVoid(voided.position(), record.eventPosition()).orElseThrow(() -> gone(key)));
            case Intake.Voiding.Gone ignored -> throw goneWindow();
        };
    }

    private Optional<StoredEvent> look(OrganizationId organization, String key) {
        Intake.Known known = await(intake.find(identity(organization, key)));
        if (known.event() == 0) {
            return Optional.empty();
        }
        Optional<StoredEvent.Voided> voided =
                known.voided() == 0 ? Optional.empty() : readVoid(known.voided(), known.event());
        return read(organization, key, known.event(), voided.orElse(null));
    }

    private EventIdentity identity(OrganizationId organization, String key) {
        return hashes.get().identity(organization, key.getBytes(UTF_8));
    }

    /** The hash only led here: what counts is that it is the same key of the same organization. */
    private Optional<StoredEvent> read(
            OrganizationId organization, String key, long packed, StoredEvent.@Nullable Voided voided) {
        Position position = Position.unpack(packed);
        JournalEntry entry = entries.apply(position.sequence());
        if (entry == null) {
            return Optional.empty();
        }
        int offset = entry.recordAt(position.index());
        EventRecord event = new EventRecord().wrap(entry.bytes(), offset);
        if (entry.recordType(offset) != RecordLayout.TYPE_EVENT
                || !event.organization().equals(organization)
                || !event.key().equals(key)) {
            return Optional.empty();
        }
        return Optional.of(new StoredEvent(event, new StoredEvent.Place(position, entry.acceptedMicros()), voided));
    }

    /** Empty when it is gone, and then the event is too. */
    private Optional<StoredEvent.Voided> readVoid(long packed, long eventPosition) {
        Position position = Position.unpack(packed);
        JournalEntry entry = entries.apply(position.sequence());
        if (entry == null) {
            return Optional.empty();
        }
        VoidRecord voided = VoidRecord.decode(entry.bytes(), entry.recordAt(position.index()));
        if (voided.eventPosition() != eventPosition) {
            throw new IllegalStateException("the void at " + position + " is not that of the event at "
                    + Position.unpack(eventPosition) + ", though the index says so");
        }
        return Optional.of(
                new StoredEvent.Voided(voided.reason(), new StoredEvent.Place(position, entry.acceptedMicros())));
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

    private boolean isWhole() {
        return removedThroughMicros.getAsLong() == Long.MIN_VALUE;
    }

    private String removedThrough() {
        return Instant.EPOCH
                .plus(removedThroughMicros.getAsLong(), ChronoUnit.MICROS)
                .toString();
    }

    private ProblemException notFound(String key) {
        return new ProblemException(
                isWhole()
                        ? Problem.notFound("event", key)
                        : Problem.of(
                                ProblemKind.NOT_FOUND,
                                "not_found",
                                "There is no event " + key + "; what was accepted until " + removedThrough()
                                        + " is no longer held."));
    }

    private ProblemException gone(String key) {
        return new ProblemException(Problem.of(
                ProblemKind.GONE,
                "event_gone",
                "The journal holds no event " + key + ", and nothing any more that was accepted until "
                        + removedThrough() + ". Correct what was billed with an adjustment."));
    }

    private static ProblemException goneWindow() {
        return new ProblemException(Problem.of(
                ProblemKind.GONE,
                "event_gone",
                "The journal does not keep all events of this event's window any more, so its value cannot be found without it."
                        + " Correct what was billed with an adjustment."));
    }
}
