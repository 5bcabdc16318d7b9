package dev.valora.aggregator.query;

import dev.valora.aggregator.Cut;
import dev.valora.aggregator.EventSelection;
import dev.valora.aggregator.query.EventRequest.Fate;
import dev.valora.ingest.QueryParameters;
import dev.valora.ingest.RegisteredMeter;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The query of {@code GET /v1/usage/events}. One request. */
final class EventParameters {

    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 500;
    private static final Set<String> NAMES = Set.of(
            "customer", "meter", "from", "to", "accepted_from", "accepted_before", "fate", "except", "limit", "cursor");

    private final QueryParameters query;
    private final boolean isOneMeter;
    private final List<RegisteredMeter> meters;
    private final SelectionParameters common;

    /** @param meters the one that was named, or all of the organization */
    EventParameters(QueryParameters query, boolean isOneMeter, List<RegisteredMeter> meters) {
        this.query = query;
        this.isOneMeter = isOneMeter;
        this.meters = meters;
        this.common = new SelectionParameters(
                query, isOneMeter ? meters.getFirst().definition().dimensions() : List.of());
    }

    /**
     * What is asked for.
     *
     * @throws dev.valora.ingest.ProblemException 422 with everything that is wrong
     */
    EventRequest request() {
        Set<String> known = new HashSet<>(NAMES);
        Map<String, Set<String>> having = common.filter(known);
        List<Map<String, String>> except = common.except();
        if (!isOneMeter && !(having.isEmpty() && except.isEmpty())) {
            query.problem("meter", "required", "Name the meter whose dimensions you filter by.");
        }
        Instant from = instant("from", SelectionParameters.EARLIEST);
        Instant to = instant("to", SelectionParameters.LATEST);
        requireOrder("to", from, to);
        Instant acceptedFrom = common.wholeHour("accepted_from", SelectionParameters.EARLIEST);
        Instant acceptedBefore = common.wholeHour("accepted_before", Cut.WHATEVER_IS_APPLIED);
        requireOrder("accepted_before", acceptedFrom, acceptedBefore);
        EventSelection selection = new EventSelection(
                meters.stream().map(meter -> meter.definition().code()).toList(),
                common.customers(),
                from,
                to,
                acceptedFrom,
                acceptedBefore,
                having,
                except);
        EventRequest request = new EventRequest(
                selection, meters, isOneMeter, fate(), query.integer("limit", 1, MAX_LIMIT, DEFAULT_LIMIT), cursor());
        query.check(known);
        return request;
    }

    private Instant instant(String name, Instant otherwise) {
        Optional<Instant> given = query.instant(name);
        if (given.isPresent()
                && (given.get().isBefore(SelectionParameters.EARLIEST)
                        || given.get().isAfter(SelectionParameters.LATEST))) {
            query.problem(
                    name,
                    "out_of_range",
                    "Send an instant between " + SelectionParameters.EARLIEST + " and " + SelectionParameters.LATEST
                            + ".");
            return otherwise;
        }
        return given.orElse(otherwise);
    }

    private void requireOrder(String name, Instant from, Instant to) {
        if (!from.isBefore(to)) {
            query.problem(name, "out_of_range", "It must lie after where the events begin, " + from + ".");
        }
    }

    /** At a cut the events that count are meant, unless others are asked for. */
    private Fate fate() {
        Optional<String> name = query.text("fate");
        Optional<Fate> fate = name.flatMap(Fate::ofWireName);
        if (name.isPresent() && fate.isEmpty()) {
            query.problem("fate", "invalid_choice", "Use one of: " + Fate.wireNames() + ".");
        }
        return fate.orElse(query.all("accepted_before").isEmpty() ? Fate.ANY : Fate.ACCEPTED);
    }

    private long cursor() {
        Optional<String> cursor = query.text("cursor");
        OptionalLong position = cursor.map(EventCursor::decode).orElse(OptionalLong.of(0));
        if (position.isEmpty()) {
            query.problem(
                    "cursor",
                    "invalid_cursor",
                    "Send next_cursor of the page before with the same other parameters, or none for the first page.");
        }
        return position.orElse(0);
    }
}
