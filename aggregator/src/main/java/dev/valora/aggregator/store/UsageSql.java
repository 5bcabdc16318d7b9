package dev.valora.aggregator.store;

import dev.valora.aggregator.UsageSelection;
import dev.valora.aggregator.WindowsRequest;
import dev.valora.ingest.Json;
import dev.valora.ingest.OrganizationId;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The statement that reads windows. Its text depends only on how many dimensions filter and group and on which parts are
 * there, so that few are ever prepared; all values are parameters.
 */
final class UsageSql {

    private final List<Object> parameters = new ArrayList<>();
    private final String text;

    UsageSql(OrganizationId organization, WindowsRequest request) {
        UsageSelection selection = request.selection();
        String customers = selection.customers().isEmpty()
                ? null
                : parameter(selection.customers().stream().sorted().toArray(String[]::new));
        StringBuilder rows = new StringBuilder(
                        "SELECT s.customer COLLATE \"C\" AS customer, width_bucket(w.window_start, ")
                .append(parameter(timestamps(request.boundaries())))
                .append("::timestamptz[]) AS number, ")
                .append(group(selection.groupBy()))
                .append(" AS dimensions, w.value, w.events FROM usage.series s CROSS JOIN LATERAL (")
                .append(windows(selection))
                .append(") w WHERE s.organization_id = ")
                .append(parameter(organization.value()))
                .append(" AND s.meter = ")
                .append(parameter(selection.meter()));
        if (customers != null) {
            rows.append(" AND s.customer = ANY (").append(customers).append("::text[])");
        }
        WindowsRequest.Key after = request.after();
        if (after != null) {
            rows.append(" AND s.customer >= ")
                    .append(parameter(after.customer()))
                    .append("::text");
        }
        filter(rows, selection.filter());
        if (request.namedCustomersAlways() && customers != null) {
            // A row without a value: it makes the customer appear and changes neither a sum nor a maximum.
            rows.append(" UNION ALL SELECT named COLLATE \"C\", 1, '[]'::jsonb, NULL, 0 FROM unnest(")
                    .append(customers)
                    .append("::text[]) named");
        }
        text = "SELECT customer, number, dimensions::text AS group_values, value, events FROM (SELECT customer, number,"
                + " dimensions, coalesce(" + aggregate(selection)
                + ", 0) AS value, sum(events)::bigint AS events FROM ("
                + rows
                + ") r GROUP BY customer, number, dimensions"
                + (request.namedCustomersAlways() ? "" : " HAVING sum(events) > 0") + ") g" + after(request)
                + " ORDER BY customer, number, dimensions LIMIT " + parameter(request.limit());
    }

    String text() {
        return text;
    }

    Tuple parameters() {
        return Tuple.from(parameters);
    }

    /** The rows of a series at the cut: a range of their key, whatever the planner thinks of series. */
    private String windows(UsageSelection selection) {
        return "SELECT w.window_start, w.value, w.events FROM usage.windows w WHERE w.series_id = s.series_id"
                + " AND w.window_start >= "
                + parameter(timestamp(selection.cut().from()))
                + " AND w.window_start < " + parameter(timestamp(selection.cut().to()))
                + fromTheLastReset(selection) + " OFFSET 0";
    }

    /** What was accepted before the cut; where values do not add, no row that a later one of its window resets before the cut. */
    private String fromTheLastReset(UsageSelection selection) {
        String acceptedBefore = parameter(timestamp(selection.cut().acceptedBefore()));
        String accepted = " AND w.accepted_hour < " + acceptedBefore;
        return switch (selection.composition()) {
            case ADD -> accepted;
            case GREATEST ->
                accepted + " AND NOT EXISTS (SELECT FROM usage.windows r WHERE r.resets"
                        + " AND r.series_id = w.series_id AND r.window_start = w.window_start"
                        + " AND r.accepted_hour > w.accepted_hour AND r.accepted_hour < " + acceptedBefore + ")";
        };
    }

    private static String aggregate(UsageSelection selection) {
        return switch (selection.composition()) {
            case ADD -> "sum(value)";
            case GREATEST -> "max(value)";
        };
    }

    private String group(List<String> dimensions) {
        StringBuilder group = new StringBuilder("jsonb_build_array(");
        String separator = "";
        for (String dimension : dimensions) {
            group.append(separator)
                    .append("s.dimensions -> ")
                    .append(parameter(dimension))
                    .append("::text");
            separator = ", ";
        }
        return group.append(')').toString();
    }

    private void filter(StringBuilder rows, Map<String, Set<String>> filter) {
        new TreeMap<>(filter)
                .forEach((dimension, values) -> rows.append(" AND s.dimensions ->> ")
                        .append(parameter(dimension))
                        .append("::text = ANY (")
                        .append(parameter(values.stream().sorted().toArray(String[]::new)))
                        .append("::text[])"));
    }

    private String after(WindowsRequest request) {
        WindowsRequest.Key after = request.after();
        if (after == null) {
            return "";
        }
        int number = Collections.binarySearch(request.boundaries(), after.start()) + 1;
        if (number < 1) {
            throw new IllegalArgumentException("no window of this reading starts at " + after.start());
        }
        return " WHERE (customer, number, dimensions) > (" + parameter(after.customer()) + "::text, "
                + parameter(number) + "::int, " + parameter(json(after.dimensions())) + "::text::jsonb)";
    }

    private String parameter(Object value) {
        parameters.add(value);
        return "$" + parameters.size();
    }

    private static OffsetDateTime[] timestamps(List<Instant> boundaries) {
        return boundaries.stream().map(UsageSql::timestamp).toArray(OffsetDateTime[]::new);
    }

    private static OffsetDateTime timestamp(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static String json(List<Optional<String>> dimensions) {
        var array = Json.array();
        for (Optional<String> dimension : dimensions) {
            dimension.ifPresentOrElse(array::add, array::addNull);
        }
        return new String(Json.bytes(array), StandardCharsets.UTF_8);
    }
}
