package dev.valora.aggregator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.aggregator.Entries.Event;
import dev.valora.aggregator.fold.WindowFold;
import dev.valora.aggregator.store.Checkpoint;
import dev.valora.aggregator.store.PgUsageReader;
import dev.valora.aggregator.store.WindowStore;
import dev.valora.ingest.Aggregation;
import dev.valora.ingest.Json;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Quantity;
import dev.valora.ingest.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * The worked cases of other engines, through the fold, PostgreSQL and a reading. Each case is a meter of its own. A case counts
 * as passed as it stands, as passed under a difference that is named below, or as out of scope by its kind.
 */
class AggregationVectorsTest {

    private static final OrganizationId ORGANIZATION = Entries.organization(1);
    private static final List<String> DIMENSIONS = List.of("city", "cloud", "country", "region");

    /** What we do otherwise, by case. */
    private static final Map<String, Difference> DIFFERENCES = Map.of(
            "lago-sum-ceil",
                    new Difference("a meter never rounds; the reader of the exact sum does", Rule.ROUND_AFTERWARDS),
            "lago-store-filter-sum",
                    new Difference(
                            "no ignored combinations; they are groups that the reader leaves out", Rule.LEAVE_OUT),
            "om-win-minute-gap",
                    new Difference(
                            "no minute windows and no widening: the hour around it is asked for", Rule.HOURS_AROUND),
            "om-win-hour", new Difference("no widening: the hour around it is asked for", Rule.HOURS_AROUND),
            "om-e2e-minute",
                    new Difference(
                            "no minute windows: the hours around it are asked for, and customers added up",
                            Rule.HOURS_AROUND),
            "om-e2e-day", new Difference("rows are a customer's; the reader adds them up", Rule.ADD_CUSTOMERS));

    private enum Rule {
        ROUND_AFTERWARDS,
        LEAVE_OUT,
        HOURS_AROUND,
        ADD_CUSTOMERS
    }

    private record Difference(String sentence, Rule rule) {}

    private final MeterDirectory meters = new MeterDirectory();
    private final Set<String> differed = new TreeSet<>();

    @Test
    void shouldAgreeWithTheWorkedCases() throws IOException {
        JsonNode file = file();
        List<JsonNode> inScope = new ArrayList<>();
        Map<String, Integer> outOfScope = new TreeMap<>();
        for (JsonNode vector : file.path("vectors")) {
            String kind = vector.at("/given/function").textValue();
            if (Set.of("count", "sum", "max").contains(kind)) {
                inScope.add(vector);
            } else {
                outOfScope.merge(kind, 1, Integer::sum);
            }
        }
        try (TestDatabase postgres = TestDatabase.create("access", "usage")) {
            store(postgres, inScope);
            PgUsageReader reader = new PgUsageReader(postgres.database());
            for (JsonNode vector : inScope) {
                check(reader, vector);
            }
        }

        int out = outOfScope.values().stream().mapToInt(Integer::intValue).sum();
        System.out.println("as they stand: " + (inScope.size() - differed.size()) + ", under a named difference: "
                + differed.size() + " " + differed + ", out of scope: " + out + " " + outOfScope);
        assertEquals(DIFFERENCES.keySet(), differed, "each named difference is used");
        assertEquals(file.path("count").intValue(), inScope.size() + out);
        assertEquals(31, inScope.size());
    }

    private static JsonNode file() throws IOException {
        try (InputStream in = AggregationVectorsTest.class.getResourceAsStream("/vectors/aggregation.json")) {
            assertNotNull(in);
            return Json.read(in.readAllBytes());
        }
    }

    /** All events of all cases in one entry; events are addressed by type, as the other engines do. */
    private void store(TestDatabase postgres, List<JsonNode> vectors) {
        List<byte[]> records = new ArrayList<>();
        for (JsonNode vector : vectors) {
            String id = vector.path("id").textValue();
            JsonNode given = vector.path("given");
            meters.define(
                    new MeterDefinition(
                            ORGANIZATION,
                            id,
                            Aggregation.ofWireName(given.path("function").textValue())
                                    .orElseThrow(),
                            id,
                            "value",
                            DIMENSIONS,
                            60),
                    meters.all().size());
            given.path("events").forEach(event -> records.add(event(id, event).record()));
        }
        WindowFold fold = new WindowFold(meters, 10_000, 1);
        fold.fold(Entries.view(Entries.entry(1, Instant.parse("2026-11-22T10:00:00Z"), records)), 0);
        WindowStore store = new WindowStore(postgres.database());
        Checkpoint start = store.attach(new UUID(0, 1), 1, 1);
        store.flush(start, new Checkpoint(start.journal(), 1, 0, 1), fold.take());
    }

    private static Event event(String type, JsonNode given) {
        String customer = given.path("subject").asText("customer");
        Event event = Event.of(ORGANIZATION, customer, "", given.path("at").textValue())
                .byType(type);
        for (Map.Entry<String, JsonNode> member : given.properties()) {
            if (member.getValue().isTextual() && !Set.of("at", "subject").contains(member.getKey())) {
                event = event.with(member.getKey(), member.getValue().textValue());
            }
        }
        return event;
    }

    private void check(PgUsageReader reader, JsonNode vector) {
        JsonNode expect = vector.path("expect");
        if (expect.has("groups")) {
            checkGroups(reader, vector);
        } else if (expect.has("windows")) {
            checkWindows(reader, vector);
        } else {
            checkTotal(reader, vector);
        }
    }

    private void checkTotal(PgUsageReader reader, JsonNode vector) {
        String id = vector.path("id").textValue();
        JsonNode given = vector.path("given");
        UsageSelection selection = selection(vector, range(vector));
        List<UsageTotals> totals =
                reader.totals(ORGANIZATION, given.has("ignore") ? selection.groupedBy(DIMENSIONS) : selection);
        if (isNamed(id, Rule.LEAVE_OUT, given.has("ignore"))) {
            totals = totals.stream()
                    .filter(total -> !isIgnored(total, given.path("ignore")))
                    .toList();
        }
        Quantity sum = totals.stream().map(UsageTotals::value).reduce(Quantity.ZERO, Quantity::plus);
        long events = totals.stream().mapToLong(UsageTotals::events).sum();
        if (isNamed(id, Rule.ROUND_AFTERWARDS, given.has("scale"))) {
            assertEquals("ceil", given.path("rounding").textValue());
            sum = new Quantity(sum.value().setScale(given.path("scale").intValue(), RoundingMode.CEILING));
        }
        assertEquals(quantity(vector.at("/expect/value")), sum, id);
        if (vector.path("expect").has("count")) {
            assertEquals(vector.at("/expect/count").longValue(), events, id);
        }
    }

    private void checkGroups(PgUsageReader reader, JsonNode vector) {
        String id = vector.path("id").textValue();
        String dimension = vector.at("/given/group_by").textValue();
        Map<String, Quantity> groups = new TreeMap<>();
        reader.totals(ORGANIZATION, selection(vector, range(vector)).groupedBy(List.of(dimension)))
                .forEach(total -> groups.put(total.dimensions().getFirst().orElse("null"), total.value()));
        Map<String, Quantity> expected = new TreeMap<>();
        vector.at("/expect/groups")
                .properties()
                .forEach(group -> expected.put(group.getKey(), quantity(group.getValue())));
        assertEquals(expected, groups, id);
    }

    /** Other engines add customers up; our rows are a customer's. */
    private void checkWindows(PgUsageReader reader, JsonNode vector) {
        String id = vector.path("id").textValue();
        String unit = vector.at("/given/window").textValue();
        boolean isOurs = unit.equals("day");
        isNamed(id, isOurs ? Rule.ADD_CUSTOMERS : Rule.HOURS_AROUND, true);
        Duration step = isOurs ? Duration.ofDays(1) : Duration.ofHours(1);
        Cut cut = isOurs ? range(vector) : hoursAround(instant(vector, "from"), instant(vector, "to"));
        List<Instant> boundaries = new ArrayList<>();
        for (Instant at = cut.from(); !at.isAfter(cut.to()); at = at.plus(step)) {
            boundaries.add(at);
        }
        UsageSelection selection = selection(vector, cut).forCustomers(Set.of());
        Map<Instant, Quantity> windows = new TreeMap<>();
        reader.windows(ORGANIZATION, new WindowsRequest(selection, boundaries, false, null, 500))
                .forEach(window -> windows.merge(window.start(), window.totals().value(), Quantity::plus));
        Map<Instant, Quantity> expected = new TreeMap<>();
        for (JsonNode window : vector.at("/expect/windows")) {
            Instant start = Instant.parse(window.path(0).textValue());
            expected.merge(
                    isOurs ? start : Windows.startAtOrBefore(start, 60), quantity(window.path(1)), Quantity::plus);
        }
        assertEquals(expected, windows, id);
    }

    private boolean isNamed(String id, Rule rule, boolean differs) {
        Difference difference = DIFFERENCES.get(id);
        assertEquals(differs, difference != null && difference.rule() == rule, id);
        if (difference != null && differs) {
            assertTrue(difference.sentence().length() > 10);
            differed.add(id);
        }
        return differs;
    }

    private UsageSelection selection(JsonNode vector, Cut cut) {
        MeterDefinition meter = Optional.ofNullable(
                        meters.find(ORGANIZATION, vector.path("id").textValue()))
                .orElseThrow()
                .definition();
        Map<String, Set<String>> filter = new HashMap<>();
        for (Map.Entry<String, JsonNode> dimension : vector.at("/given/filter").properties()) {
            Set<String> values = new TreeSet<>();
            dimension.getValue().forEach(value -> values.add(value.textValue()));
            filter.put(dimension.getKey(), values);
        }
        return UsageSelection.of(meter, cut).forCustomers(Set.of("customer")).where(filter);
    }

    private static boolean isIgnored(UsageTotals total, JsonNode combinations) {
        for (JsonNode combination : combinations) {
            boolean all = true;
            for (Map.Entry<String, JsonNode> key : combination.properties()) {
                String value =
                        total.dimensions().get(DIMENSIONS.indexOf(key.getKey())).orElse("");
                boolean isListed = false;
                for (JsonNode listed : key.getValue()) {
                    isListed |= listed.textValue().equals(value);
                }
                all &= isListed;
            }
            if (all) {
                return true;
            }
        }
        return false;
    }

    private static Cut range(JsonNode vector) {
        return Cut.applied(instant(vector, "from"), instant(vector, "to"));
    }

    private static Instant instant(JsonNode vector, String end) {
        return Instant.parse(vector.at("/given/" + end).textValue());
    }

    private static Cut hoursAround(Instant from, Instant to) {
        Instant end = Windows.startAtOrBefore(to, 60);
        return Cut.applied(Windows.startAtOrBefore(from, 60), end.equals(to) ? end : end.plus(Duration.ofHours(1)));
    }

    private static Quantity quantity(JsonNode text) {
        return new Quantity(new BigDecimal(text.textValue()));
    }
}
