package dev.valora.aggregator.query;

import dev.valora.aggregator.Cut;
import dev.valora.aggregator.UsageSelection;
import dev.valora.aggregator.Windows;
import dev.valora.aggregator.WindowsRequest;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.Organization;
import dev.valora.ingest.QueryParameters;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The query of {@code GET /v1/usage} against one meter of one organization. One request. */
final class UsageParameters {

    /** Who sums up what is answered should not be handed a first page: without a limit, this many rows. */
    private static final int DEFAULT_LIMIT = 10_000;

    private static final int MAX_LIMIT = 500;
    private static final Set<String> NAMES =
            Set.of("customer", "meter", "from", "to", "window", "group_by", "accepted_before", "limit", "cursor");

    private final QueryParameters query;
    private final MeterDefinition meter;
    private final Organization organization;
    private final SelectionParameters common;

    UsageParameters(QueryParameters query, MeterDefinition meter, Organization organization) {
        this.query = query;
        this.meter = meter;
        this.organization = organization;
        this.common = new SelectionParameters(query, meter.dimensions());
    }

    /**
     * What is asked for, with one row more than a page holds.
     *
     * @throws dev.valora.ingest.ProblemException 422 with everything that is wrong
     */
    WindowsRequest request() {
        Set<String> known = new HashSet<>(NAMES);
        Set<String> customers = common.customers();
        Map<String, Set<String>> filter = common.filter(known);
        List<String> groupBy = groupBy();
        Optional<Instant> from = boundary("from");
        Optional<Instant> to = boundary("to");
        WindowSize size = windowSize();
        Instant acceptedBefore = common.wholeHour("accepted_before", Cut.WHATEVER_IS_APPLIED);
        int limit = limit();
        if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
            query.problem("to", "out_of_range", "Send a to after from.");
        }
        query.check(known);

        Cut cut = new Cut(from.orElseThrow(), to.orElseThrow(), acceptedBefore);
        List<Instant> boundaries = boundaries(cut, size, known);
        UsageSelection selection = UsageSelection.of(meter, cut)
                .forCustomers(customers)
                .where(filter)
                .groupedBy(groupBy);
        WindowsRequest.Key after = after(boundaries, groupBy.size(), known);
        boolean namedCustomersAlways = size == WindowSize.TOTAL && groupBy.isEmpty() && !customers.isEmpty();
        return new WindowsRequest(selection, boundaries, namedCustomersAlways, after, limit + 1);
    }

    private List<String> groupBy() {
        Set<String> names = new LinkedHashSet<>();
        for (String list : query.all("group_by")) {
            for (String name : list.split(",", -1)) {
                common.checkDimension("group_by", name);
                names.add(name);
            }
        }
        return new ArrayList<>(names);
    }

    private Optional<Instant> boundary(String name) {
        if (query.all(name).isEmpty()) {
            query.problem(name, "required", "Send the instant where the usage to read begins or ends.");
            return Optional.empty();
        }
        Optional<Instant> instant = query.instant(name);
        int minutes = organization.windowMinutes();
        instant.ifPresent(given -> {
            if (given.isBefore(SelectionParameters.EARLIEST) || given.isAfter(SelectionParameters.LATEST)) {
                query.problem(
                        name,
                        "out_of_range",
                        "Send an instant between " + SelectionParameters.EARLIEST + " and " + SelectionParameters.LATEST
                                + ".");
            } else if (!Windows.isStart(given, minutes)) {
                query.problem(
                        name,
                        "not_a_window_boundary",
                        "Usage is kept in windows of " + minutes + " minutes; the nearest boundary is "
                                + SelectionParameters.nearestStart(given, minutes) + ".");
            }
        });
        return instant;
    }

    private WindowSize windowSize() {
        Optional<String> name = query.text("window");
        Optional<WindowSize> size = name.flatMap(WindowSize::ofWireName);
        if (name.isPresent() && size.isEmpty()) {
            query.problem("window", "invalid_choice", "Use one of: " + WindowSize.wireNames() + ".");
        }
        return size.orElse(WindowSize.TOTAL);
    }

    private int limit() {
        return query.integer("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
    }

    private List<Instant> boundaries(Cut cut, WindowSize size, Set<String> known) {
        List<Instant> boundaries = size.boundaries(cut.from(), cut.to(), organization.zone());
        if (!boundaries.getLast().equals(cut.to())) {
            query.problem(
                    "to",
                    "range_too_long",
                    "Ask for at most " + WindowsRequest.WINDOWS_MAX + " windows at once, or for longer ones.");
            query.check(known);
        }
        return boundaries;
    }

    private WindowsRequest.@Nullable Key after(List<Instant> boundaries, int groups, Set<String> known) {
        Optional<String> cursor = query.text("cursor");
        Optional<WindowsRequest.Key> after = cursor.flatMap(text -> UsageCursor.decode(text, boundaries, groups));
        if (cursor.isPresent() && after.isEmpty()) {
            query.problem(
                    "cursor",
                    "invalid_cursor",
                    "Send next_cursor of the page before with the same other parameters, or none for the first page.");
        }
        query.check(known);
        return after.orElse(null);
    }
}
