package dev.valora.aggregator.query;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.aggregator.UsageReader;
import dev.valora.aggregator.UsageWindow;
import dev.valora.aggregator.WindowsRequest;
import dev.valora.ingest.Access;
import dev.valora.ingest.ApiRequest;
import dev.valora.ingest.AppliedUsage;
import dev.valora.ingest.FieldProblem;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.Json;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.Organization;
import dev.valora.ingest.OrganizationDirectory;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.RegisteredMeter;
import dev.valora.ingest.Reply;
import dev.valora.ingest.Route;
import dev.valora.ingest.Scope;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The routes that read usage. Any thread. */
public final class UsageRoutes {

    private final UsageReader reader;
    private final OrganizationDirectory organizations;
    private final MeterDirectory meters;
    private final AppliedUsage applied;

    public UsageRoutes(
            UsageReader reader, OrganizationDirectory organizations, MeterDirectory meters, AppliedUsage applied) {
        this.reader = reader;
        this.organizations = organizations;
        this.meters = meters;
        this.applied = applied;
    }

    public List<Route> routes() {
        return List.of(new Route(HttpVerb.GET, "/v1/usage", Access.anyOf(Scope.USAGE_READ), this::usage));
    }

    private Reply usage(ApiRequest request) {
        OrganizationId id = request.organization();
        MeterDefinition meter = meter(id, request);
        Organization organization = organizations.organization(id);
        WindowsRequest asked = new UsageParameters(request.query(), meter, organization).request();
        // Before the rows are read, so that they hold at least what it says.
        Instant appliedThrough = applied.appliedThrough();
        List<UsageWindow> windows = reader.windows(id, asked);
        return Reply.ok(answer(asked, windows, appliedThrough));
    }

    private MeterDefinition meter(OrganizationId organization, ApiRequest request) {
        List<String> codes = request.query().all("meter");
        if (codes.size() != 1) {
            throw new ProblemException(Problem.invalid(
                    List.of(new FieldProblem("?meter", "required", "Send the code of one meter, once."))));
        }
        RegisteredMeter meter = meters.find(organization, codes.getFirst());
        if (meter == null) {
            throw new ProblemException(Problem.notFound("meter", codes.getFirst()));
        }
        return meter.definition();
    }

    private static ObjectNode answer(WindowsRequest asked, List<UsageWindow> windows, Instant appliedThrough) {
        ObjectNode answer = Json.object()
                .put("meter", asked.selection().meter())
                .put("from", asked.selection().cut().from().toString())
                .put("to", asked.selection().cut().to().toString());
        ArrayNode data = answer.putArray("data");
        int pageSize = asked.limit() - 1;
        List<UsageWindow> page = windows.subList(0, Math.min(pageSize, windows.size()));
        page.forEach(window -> data.add(row(window, asked.selection().groupBy())));
        answer.put("applied_through", appliedThrough.toString());
        if (windows.size() > pageSize) {
            answer.put("next_cursor", UsageCursor.encode(WindowsRequest.Key.of(page.getLast())));
        } else {
            answer.putNull("next_cursor");
        }
        return answer;
    }

    private static ObjectNode row(UsageWindow window, List<String> groupBy) {
        ObjectNode row = Json.object()
                .put("customer", window.totals().customer())
                .put("window_start", window.start().toString())
                .put("window_end", window.end().toString());
        ObjectNode dimensions = row.putObject("dimensions");
        for (int i = 0; i < groupBy.size(); i++) {
            Optional<String> value = window.totals().dimensions().get(i);
            dimensions.put(groupBy.get(i), value.orElse(null));
        }
        return row.put("value", window.totals().value().toString())
                .put("events", window.totals().events());
    }
}
