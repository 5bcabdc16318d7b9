package dev.valora.aggregator.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.aggregator.UsageSelection;
import dev.valora.aggregator.Windows;
import dev.valora.ingest.Json;
import dev.valora.ingest.QueryParameters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The parameters that reading usage and listing events have in common. Problems go to the query. One request. */
final class SelectionParameters {

    static final Instant EARLIEST = Instant.EPOCH;
    static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    private static final int EXCEPTIONS_MAX = 100;
    private static final Pattern FILTER = Pattern.compile("filter\\[(.+)]", Pattern.DOTALL);

    private final QueryParameters query;
    private final List<String> dimensions;

    /** @param dimensions of the meter */
    SelectionParameters(QueryParameters query, List<String> dimensions) {
        this.query = query;
        this.dimensions = dimensions;
    }

    Set<String> customers() {
        Set<String> customers = new LinkedHashSet<>(query.all("customer"));
        if (customers.size() > UsageSelection.CUSTOMERS_MAX) {
            query.problem("customer", "too_many", "Name at most " + UsageSelection.CUSTOMERS_MAX + " customers.");
        }
        checkStorable("customer", customers);
        return customers;
    }

    /** {@code filter[dimension]=value}, each as often as there are values; adds the names that it knows. */
    Map<String, Set<String>> filter(Set<String> known) {
        Map<String, Set<String>> filter = new LinkedHashMap<>();
        for (String name : query.names().stream().sorted().toList()) {
            Matcher matcher = FILTER.matcher(name);
            if (matcher.matches()) {
                known.add(name);
                checkDimension(name, matcher.group(1));
                Set<String> values = new LinkedHashSet<>(query.all(name));
                checkStorable(name, values);
                filter.put(matcher.group(1), values);
            }
        }
        return filter;
    }

    /** {@code except={"dimension":"value"}}, as often as there are exceptions. */
    List<Map<String, String>> except() {
        List<Map<String, String>> except = new ArrayList<>();
        for (String text : query.all("except")) {
            Map<String, String> values = texts(text);
            if (values.isEmpty()) {
                query.problem(
                        "except", "invalid_field", "Send an object of dimension values such as {\"region\":\"eu\"}.");
            }
            values.keySet().forEach(dimension -> checkDimension("except", dimension));
            checkStorable("except", values.values());
            except.add(values);
        }
        if (except.size() > EXCEPTIONS_MAX) {
            query.problem("except", "too_many", "Send at most " + EXCEPTIONS_MAX + " exceptions.");
        }
        return except;
    }

    /** Empty when it is not an object of strings. */
    private static Map<String, String> texts(String json) {
        try {
            JsonNode node = Json.read(json.getBytes(StandardCharsets.UTF_8));
            if (node instanceof ObjectNode object
                    && object.properties().stream()
                            .allMatch(member -> member.getValue().isTextual())) {
                Map<String, String> texts = new LinkedHashMap<>();
                object.properties()
                        .forEach(member ->
                                texts.put(member.getKey(), member.getValue().textValue()));
                return texts;
            }
        } catch (IOException malformed) {
            // told by the caller, together with what is no object
        }
        return Map.of();
    }

    void checkDimension(String parameter, String dimension) {
        if (!dimensions.contains(dimension)) {
            query.problem(
                    parameter,
                    "unknown_dimension",
                    dimensions.isEmpty()
                            ? "The meter has no dimensions."
                            : "The meter's dimensions are: " + String.join(", ", dimensions) + ".");
        }
    }

    /** A whole UTC hour; what holds otherwise, too, when the one that was sent is none. */
    Instant wholeHour(String name, Instant otherwise) {
        Instant given = query.instant(name).orElse(otherwise);
        if (given.equals(otherwise)) {
            return otherwise;
        }
        if (given.isBefore(EARLIEST) || given.isAfter(LATEST)) {
            query.problem(name, "out_of_range", "Send an instant from " + EARLIEST + " on.");
            return otherwise;
        }
        if (!Windows.isWholeHour(given)) {
            query.problem(
                    name, "not_a_whole_hour", "Send a whole UTC hour; the nearest is " + nearestStart(given, 60) + ".");
            return otherwise;
        }
        return given;
    }

    /** The start of a window that is nearest to an instant. */
    static Instant nearestStart(Instant given, int windowMinutes) {
        Instant before = Windows.startAtOrBefore(given, windowMinutes);
        Duration since = Duration.between(before, given);
        Duration length = Duration.ofMinutes(windowMinutes);
        return since.multipliedBy(2).compareTo(length) < 0 ? before : before.plus(length);
    }

    private void checkStorable(String name, Iterable<String> texts) {
        for (String text : texts) {
            if (!UsageCursor.isStorable(text)) {
                query.problem(name, "invalid_field", "Send text without NUL and lone surrogates.");
                return;
            }
        }
    }
}
