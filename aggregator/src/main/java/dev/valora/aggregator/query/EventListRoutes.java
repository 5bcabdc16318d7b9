package dev.valora.aggregator.query;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.ingest.Access;
import dev.valora.ingest.ApiRequest;
import dev.valora.ingest.AppliedUsage;
import dev.valora.ingest.Database;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.Journal;
import dev.valora.ingest.Json;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Position;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.RegisteredMeter;
import dev.valora.ingest.Reply;
import dev.valora.ingest.Route;
import dev.valora.ingest.Scope;
import dev.valora.ingest.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The route that lists the events behind windows. Any thread. */
public final class EventListRoutes {

    private static final Duration PAGE_TIME = Duration.ofSeconds(1);

    private final EventLookup lookup;
    private final MeterDirectory meters;

    /** Lists events of this journal. */
    public EventListRoutes(
            Journal journal, Database database, MeterDirectory meters, AppliedUsage applied, Ticker ticker) {
        this(new EventLookup(journal, database, applied, ticker, PAGE_TIME.toNanos()), meters);
    }

    EventListRoutes(EventLookup lookup, MeterDirectory meters) {
        this.lookup = lookup;
        this.meters = meters;
    }

    /** To be served. */
    public List<Route> routes() {
        return List.of(new Route(HttpVerb.GET, "/v1/usage/events", Access.anyOf(Scope.USAGE_READ), this::events));
    }

    private Reply events(ApiRequest request) {
        OrganizationId organization = request.organization();
        Optional<RegisteredMeter> named = request.query().text("meter").map(code -> find(organization, code));
        List<RegisteredMeter> asked = named.map(List::of).orElseGet(() -> meters.of(organization));
        EventRequest events = new EventParameters(request.query(), named.isPresent(), asked).request();
        return Reply.ok(answer(events, lookup.page(organization, events)));
    }

    private RegisteredMeter find(OrganizationId organization, String code) {
        RegisteredMeter meter = meters.find(organization, code);
        if (meter == null) {
            throw new ProblemException(Problem.notFound("meter", code));
        }
        return meter;
    }

    private static ObjectNode answer(EventRequest request, EventLookup.Page page) {
        ObjectNode answer = Json.object();
        ArrayNode data = answer.putArray("data");
        for (EventLookup.Listed listed : page.events()) {
            ObjectNode event = listed.event().toJson();
            if (request.showsQuantity()) {
                event.put("quantity", listed.taken().toString());
            }
            data.add(event);
        }
        Long next = page.next();
        answer.put("next_cursor", next == null ? null : EventCursor.encode(next));
        return answer.put("held_from", Position.unpack(page.heldFrom()).toString())
                .put("complete", page.complete())
                .put("applied_through", page.appliedThrough().toString());
    }
}
