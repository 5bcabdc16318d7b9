package dev.valora.ingest.events;

import dev.valora.ingest.Access;
import dev.valora.ingest.ApiRequest;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.JsonFields;
import dev.valora.ingest.Limits;
import dev.valora.ingest.Reply;
import dev.valora.ingest.Route;
import dev.valora.ingest.Scope;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.intake.Intake;
import java.util.List;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The routes of single events. Any thread. */
public final class EventRoutes {

    private final JournaledEvents events;

    /**
     * @param entries of the journal by their sequences, see {@link dev.valora.ingest.Journal#read}
     * @param removedThroughMicros see {@link dev.valora.ingest.Journal#removedThroughMicros}
     * @param hashes makes hashes with the secret of the journal's data directory
     */
    public EventRoutes(
            Intake intake,
            LongFunction<@Nullable JournalEntry> entries,
            LongSupplier removedThroughMicros,
            Supplier<EventHash> hashes) {
        this.events = new JournaledEvents(intake, entries, removedThroughMicros, hashes);
    }

    /** To be served. */
    public List<Route> routes() {
        return List.of(
                new Route(
                        HttpVerb.GET,
                        "/v1/usage/events/{idempotency_key}",
                        Access.anyOf(Scope.USAGE_READ),
                        this::event),
                new Route(HttpVerb.POST, "/v1/usage/voids", Access.anyOf(Scope.USAGE_WRITE), this::voidEvent));
    }

    private Reply event(ApiRequest request) {
        request.query().check(Set.of());
        return Reply.ok(events.find(request.organization(), request.pathParameter("idempotency_key"))
                .toJson());
    }

    private Reply voidEvent(ApiRequest request) {
        JsonFields fields = request.fields();
        String key = fields.requiredText("idempotency_key", Limits.KEY_LENGTH);
        String reason = fields.requiredText("reason", Limits.REASON_LENGTH);
        fields.check();
        return Reply.ok(events.voidEvent(request.organization(), key, reason).toJson());
    }
}
