package dev.valora.billing.fates;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.aggregator.AcceptedWindowReader;
import dev.valora.billing.BillingPorts;
import dev.valora.billing.closing.Closings;
import dev.valora.ingest.Access;
import dev.valora.ingest.ApiRequest;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.Json;
import dev.valora.ingest.Organization;
import dev.valora.ingest.Page;
import dev.valora.ingest.QueryParameters;
import dev.valora.ingest.Reply;
import dev.valora.ingest.Route;
import dev.valora.ingest.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code GET /v1/usage/fates}. */
public final class FateRoutes {

    private static final Set<String> NAMES = Set.of("customer", "meter", "from", "to", "limit", "cursor");

    private final BillingPorts ports;
    private final Closings closings;

    public FateRoutes(BillingPorts ports) {
        this.ports = ports;
        this.closings = new Closings(ports.meters(), ports.changedWindows());
    }

    /** To be served. */
    public List<Route> routes() {
        return List.of(new Route(HttpVerb.GET, "/v1/usage/fates", Access.anyOf(Scope.BILLING_READ), this::list));
    }

    private Reply list(ApiRequest request) {
        Page page = Page.of(request.query());
        AcceptedWindowReader.Question question = question(request.query());
        request.query().check(NAMES);
        Organization organization = ports.organizations().organization(request.organization());
        Map<Instant, ArrayNode> windows = ports.database().inOrganization(request.organization(), transaction -> {
            List<AcceptedWindowReader.Accepted> rows = ports.acceptedWindows()
                    .read(
                            transaction,
                            request.organization(),
                            question,
                            Instant.ofEpochSecond(page.after()),
                            page.fetch());
            Fates fates = Fates.load(transaction, organization, closings, question, rows);
            Map<Instant, ArrayNode> byStart = new LinkedHashMap<>();
            rows.forEach(row -> byStart.computeIfAbsent(row.windowStart(), start -> Json.array())
                    .add(fates.of(row)));
            return byStart;
        });
        return Reply.ok(page.reply(
                new ArrayList<>(windows.entrySet()), window -> window.getKey().getEpochSecond(), FateRoutes::toJson));
    }

    private static ObjectNode toJson(Map.Entry<Instant, ArrayNode> window) {
        ObjectNode json = Json.object().put("window_start", window.getKey().toString());
        json.set("usage", window.getValue());
        return json;
    }

    private static AcceptedWindowReader.Question question(QueryParameters query) {
        String customer = required(query, "customer");
        String meter = required(query, "meter");
        Instant from = query.storableInstant("from").orElse(QueryParameters.EARLIEST);
        Instant to = query.storableInstant("to").orElse(QueryParameters.LATEST);
        return new AcceptedWindowReader.Question(customer, meter, from, to);
    }

    private static String required(QueryParameters query, String name) {
        Optional<String> text = query.text(name).filter(value -> value.indexOf('\0') < 0 && !value.isEmpty());
        if (text.isEmpty()) {
            query.problem(name, "required", "Name one " + name + ".");
        }
        return text.orElse("");
    }
}
