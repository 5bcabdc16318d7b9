package dev.valora.aggregator.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.aggregator.Entries;
import dev.valora.aggregator.Entries.Event;
import dev.valora.aggregator.fold.WindowFold;
import dev.valora.aggregator.store.Checkpoint;
import dev.valora.aggregator.store.PgUsageReader;
import dev.valora.aggregator.store.WindowStore;
import dev.valora.ingest.Access;
import dev.valora.ingest.Aggregation;
import dev.valora.ingest.ApiRequest;
import dev.valora.ingest.AppliedUsage;
import dev.valora.ingest.Caller;
import dev.valora.ingest.FieldProblem;
import dev.valora.ingest.Json;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.Organization;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import dev.valora.ingest.QueryParameters;
import dev.valora.ingest.Route;
import dev.valora.ingest.Scope;
import dev.valora.ingest.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageRoutesTest {

    @AutoClose
    private static final TestDatabase POSTGRES = TestDatabase.create("access", "usage");

    private static final OrganizationId BERLIN = Entries.organization(1);
    private static final OrganizationId KOLKATA = Entries.organization(2);
    private static final Instant APPLIED_THROUGH = Instant.parse("2026-03-29T12:00:00Z");
    private static final MeterDirectory METERS = new MeterDirectory();

    private final Route route = new UsageRoutes(
                    new PgUsageReader(POSTGRES.database()), UsageRoutesTest::organization, METERS, new Applied())
            .routes()
            .getFirst();

    /** More windows than a page of a list has rows unless told otherwise. */
    private static final int HOURS = 60;

    /** Everything that is in the windows. */
    private record Applied() implements AppliedUsage {
        @Override
        public long appliedSequence() {
            return 1;
        }

        @Override
        public Instant appliedThrough() {
            return APPLIED_THROUGH;
        }

        @Override
        public boolean awaitApplied(long sequence, Duration atMost) {
            return sequence <= 1;
        }
    }

    private static Organization organization(OrganizationId id) {
        boolean isBerlin = id.equals(BERLIN);
        return new Organization(
                id,
                "Test",
                Currency.getInstance("EUR"),
                ZoneId.of(isBerlin ? "Europe/Berlin" : "Asia/Kolkata"),
                isBerlin ? 60 : 15,
                1,
                Organization.LateUsage.BILL_NEXT,
                Organization.ZeroInvoices.ISSUE,
                0,
                null,
                "INV-",
                Instant.EPOCH);
    }

    @BeforeAll
    static void fill() {
        METERS.define(Entries.meter(BERLIN, "gb", Aggregation.SUM, "region", "model"), 1);
        METERS.define(Entries.meter(BERLIN, "calls", Aggregation.COUNT), 2);
        METERS.define(Entries.meter(BERLIN, "peak", Aggregation.MAX), 3);
        METERS.define(new MeterDefinition(KOLKATA, "gb", Aggregation.SUM, "gb", null, List.of(), 15), 4);
        METERS.define(Entries.meter(BERLIN, "hourly", Aggregation.COUNT), 5);
        List<byte[]> early = new ArrayList<>();
        for (int hour = 0; hour < HOURS; hour++) {
            Instant time = Instant.parse("2026-03-01T00:00:00Z").plus(Duration.ofHours(hour));
            early.add(Event.of(BERLIN, "acme", "hourly", time.toString()).record());
        }
        // Saturday and the short Sunday in Berlin.
        early.add(gb("acme", "2026-03-28T22:59:59.999999Z", "1", "eu", "a"));
        early.add(gb("acme", "2026-03-28T23:00:00Z", "2", "eu", "b"));
        early.add(gb("acme", "2026-03-29T21:59:59.999999Z", "4", "us", "a"));
        early.add(gb("acme", "2026-03-29T22:00:00Z", "8", null, "a"));
        early.add(gb("beta", "2026-03-29T00:30:00Z", "0.5", "eu", null));
        for (String value : List.of("-3", "-7", "-5")) {
            early.add(Event.of(BERLIN, "acme", "peak", "2026-03-29T00:30:00Z")
                    .value(value)
                    .record());
            early.add(Event.of(BERLIN, "acme", "calls", "2026-03-29T01:30:00Z").record());
        }
        early.add(Event.of(KOLKATA, "acme", "gb", "2026-03-28T18:30:00Z")
                .value("100")
                .record());
        early.add(Event.of(KOLKATA, "acme", "gb", "2026-03-28T18:29:59Z")
                .value("50")
                .record());
        List<byte[]> late = List.of(gb("acme", "2026-03-29T00:10:00Z", "1000", "eu", "a"));

        WindowFold fold = new WindowFold(METERS, 10_000, 1);
        fold.fold(Entries.view(Entries.entry(1, Instant.parse("2026-03-29T10:20:00Z"), early)), 0);
        fold.fold(Entries.view(Entries.entry(2, Instant.parse("2026-03-29T11:00:00Z"), late)), 0);
        WindowStore store = new WindowStore(POSTGRES.database());
        Checkpoint start = store.attach(new UUID(0, 1), 1, 2);
        store.flush(start, new Checkpoint(start.journal(), 2, 0, 1), fold.take());
    }

    private static byte[] gb(
            String customer, String at, String value, @Nullable String region, @Nullable String model) {
        Event event = Event.of(BERLIN, customer, "gb", at).value(value);
        if (region != null) {
            event = event.with("region", region);
        }
        return (model == null ? event : event.with("model", model)).record();
    }

    private JsonNode get(OrganizationId organization, String query) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String part : query.split("&", -1)) {
            String[] pair = part.split("=", 2);
            parameters.computeIfAbsent(pair[0], name -> new ArrayList<>()).add(pair[1]);
        }
        ApiRequest request = new ApiRequest(
                "r",
                new Caller(organization, Set.of(Scope.USAGE_READ), "key:x"),
                "/v1/usage",
                Map.of(),
                new QueryParameters(parameters),
                Map.of(),
                null);
        try {
            return Json.read(route.handler().handle(request).body().getBytes());
        } catch (IOException notJson) {
            throw new IllegalStateException(notJson);
        }
    }

    /** Each row as {@code customer start..end dimensions value/events}. */
    private List<String> rows(OrganizationId organization, String query) {
        List<String> rows = new ArrayList<>();
        for (JsonNode row : get(organization, query).path("data")) {
            rows.add(row.path("customer").textValue() + " "
                    + row.path("window_start").textValue() + ".."
                    + row.path("window_end").textValue() + " " + row.path("dimensions") + " "
                    + row.path("value").textValue() + "/" + row.path("events").intValue());
        }
        return rows;
    }

    private Problem problem(OrganizationId organization, String query) {
        return assertThrows(ProblemException.class, () -> get(organization, query))
                .problem();
    }

    private static final String MARCH = "&from=2026-02-28T23:00:00Z&to=2026-03-31T22:00:00Z";

    @Test
    void shouldAnswerAsTheContractSays() {
        JsonNode answer =
                get(BERLIN, "meter=calls&customer=acme&from=2026-03-29T03:00:00+02:00&to=2026-03-30T00:00:00Z");

        assertEquals(
                "{\"meter\":\"calls\",\"from\":\"2026-03-29T01:00:00Z\",\"to\":\"2026-03-30T00:00:00Z\",\"data\":["
                        + "{\"customer\":\"acme\",\"window_start\":\"2026-03-29T01:00:00Z\","
                        + "\"window_end\":\"2026-03-30T00:00:00Z\",\"dimensions\":{},\"value\":\"3\",\"events\":3}],"
                        + "\"applied_through\":\"2026-03-29T12:00:00Z\",\"next_cursor\":null}",
                answer.toString());
        assertEquals(new Access.AnyOf(Set.of(Scope.USAGE_READ)), route.access());
    }

    @Test
    void shouldCutDaysAndMonthsInTheOrganizationsZone() {
        assertEquals(
                List.of(
                        "acme 2026-03-27T23:00:00Z..2026-03-28T23:00:00Z {} 1/1",
                        "acme 2026-03-28T23:00:00Z..2026-03-29T22:00:00Z {} 1006/3",
                        "acme 2026-03-29T22:00:00Z..2026-03-30T22:00:00Z {} 8/1",
                        "beta 2026-03-28T23:00:00Z..2026-03-29T22:00:00Z {} 0.5/1"),
                rows(BERLIN, "meter=gb&window=day" + MARCH));
        assertEquals(
                List.of("acme 2026-02-28T23:00:00Z..2026-03-31T22:00:00Z {} 1015/5"),
                rows(BERLIN, "meter=gb&window=month&customer=acme" + MARCH));
        assertEquals(
                List.of(
                        "acme 2026-03-27T18:30:00Z..2026-03-28T18:30:00Z {} 50/1",
                        "acme 2026-03-28T18:30:00Z..2026-03-28T19:00:00Z {} 100/1"),
                rows(KOLKATA, "meter=gb&window=day&from=2026-03-27T18:30:00Z&to=2026-03-28T19:00:00Z"));
    }

    @Test
    void shouldReadHours() {
        assertEquals(
                List.of(
                        "acme 2026-03-28T23:00:00Z..2026-03-29T00:00:00Z {} 2/1",
                        "acme 2026-03-29T00:00:00Z..2026-03-29T01:00:00Z {} 1000/1"),
                rows(BERLIN, "meter=gb&window=hour&customer=acme&from=2026-03-28T23:00:00Z&to=2026-03-29T21:00:00Z"));
    }

    @Test
    void shouldTakeTheGreatestValueForMaxAndZeroForNoUsage() {
        assertEquals(
                List.of("acme 2026-02-28T23:00:00Z..2026-03-31T22:00:00Z {} -3/3"), rows(BERLIN, "meter=peak" + MARCH));
        assertEquals(
                List.of(
                        "acme 2026-02-28T23:00:00Z..2026-03-31T22:00:00Z {} -3/3",
                        "nobody 2026-02-28T23:00:00Z..2026-03-31T22:00:00Z {} 0/0"),
                rows(BERLIN, "meter=peak&customer=nobody&customer=acme" + MARCH));
        assertEquals(List.of(), rows(BERLIN, "meter=peak&customer=nobody&window=day" + MARCH));
    }

    @Test
    void shouldGroupAndFilterByDimensions() {
        assertEquals(
                Set.of(
                        "acme 2026-02-28T23:00:00Z..2026-03-31T22:00:00Z {\"region\":\"eu\"} 1003/3",
                        "acme 2026-02-28T23:00:00Z..2026-03-31T22:00:00Z {\"region\":\"us\"} 4/1",
                        "acme 2026-02-28T23:00:00Z..2026-03-31T22:00:00Z {\"region\":null} 8/1"),
                Set.copyOf(rows(BERLIN, "meter=gb&customer=acme&group_by=region" + MARCH)));
        assertEquals(
                Set.of(
                        "acme 2026-02-28T23:00:00Z..2026-03-31T22:00:00Z {\"model\":\"a\",\"region\":\"eu\"} 1001/2",
                        "acme 2026-02-28T23:00:00Z..2026-03-31T22:00:00Z {\"model\":\"b\",\"region\":\"eu\"} 2/1",
                        "beta 2026-02-28T23:00:00Z..2026-03-31T22:00:00Z {\"model\":null,\"region\":\"eu\"} 0.5/1"),
                Set.copyOf(rows(BERLIN, "meter=gb&group_by=model,region&filter[region]=eu" + MARCH)));
        assertEquals(
                List.of("acme 2026-02-28T23:00:00Z..2026-03-31T22:00:00Z {} 1005/3"),
                rows(BERLIN, "meter=gb&filter[region]=eu&filter[region]=us&filter[model]=a&customer=acme" + MARCH));
        assertEquals(
                List.of("acme 2026-02-28T23:00:00Z..2026-03-31T22:00:00Z {} 0/0"),
                rows(BERLIN, "meter=gb&filter[region]=mars&customer=acme" + MARCH));
    }

    @Test
    void shouldReadAtACut() {
        assertEquals(
                List.of("acme 2026-02-28T23:00:00Z..2026-03-31T22:00:00Z {} 15/4"),
                rows(BERLIN, "meter=gb&customer=acme&accepted_before=2026-03-29T11:00:00Z" + MARCH));
        assertEquals(
                List.of("acme 2026-02-28T23:00:00Z..2026-03-31T22:00:00Z {} 0/0"),
                rows(BERLIN, "meter=gb&customer=acme&accepted_before=2026-03-29T10:00:00Z" + MARCH));
    }

    @Test
    void shouldAnswerWholeRangesWhenNoLimitIsSent() {
        String query = "meter=hourly&window=hour" + MARCH;
        assertEquals(HOURS, rows(BERLIN, query).size());
        assertTrue(get(BERLIN, query).get("next_cursor").isNull());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 500})
    void shouldShowEveryRowOnceOverAllPages(int limit) {
        String query = "meter=gb&window=day&group_by=region,model" + MARCH;
        List<String> paged = new ArrayList<>();
        String next = "";
        int pages = 0;
        do {
            String page = query + "&limit=" + limit + next;
            paged.addAll(rows(BERLIN, page));
            JsonNode cursor = get(BERLIN, page).path("next_cursor");
            next = cursor.isNull() ? "" : "&cursor=" + cursor.textValue();
            pages++;
        } while (!next.isEmpty());

        assertEquals(rows(BERLIN, query + "&limit=500"), paged);
        assertEquals(6, paged.size());
        assertEquals((6 + limit - 1) / limit, pages);
    }

    @Test
    void shouldShowEveryNamedCustomerOnceOverAllPages() {
        String query = "meter=gb&customer=zero&customer=beta&customer=acme&customer=ä" + MARCH + "&limit=1";
        List<String> customers = new ArrayList<>();
        String next = "";
        do {
            JsonNode page = get(BERLIN, query + next);
            page.path("data").forEach(row -> customers.add(row.path("customer").textValue()));
            next = page.path("next_cursor").isNull()
                    ? ""
                    : "&cursor=" + page.path("next_cursor").textValue();
        } while (!next.isEmpty());

        assertEquals(List.of("acme", "beta", "zero", "ä"), customers);
    }

    @Test
    void shouldNotKnowAnotherOrganizationsMeter() {
        Problem problem = problem(KOLKATA, "meter=calls" + MARCH);

        assertEquals(ProblemKind.NOT_FOUND, problem.kind());
        assertEquals(problem.code(), problem(KOLKATA, "meter=ghost" + MARCH).code());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z | ?meter | required | Send the code of one meter, once.
            meter=gb&to=2026-03-02T00:00:00Z | ?from | required | Send the instant where the usage to read begins or ends.
            meter=gb&from=2026-03-02T00:00:00Z | ?to | required | Send the instant where the usage to read begins or ends.
            meter=gb&from=yesterday&to=2026-03-02T00:00:00Z | ?from | invalid_timestamp | Write an RFC 3339 instant such as 2026-01-31T00:00:00Z.
            meter=gb&from=2026-03-01T10:29:00Z&to=2026-03-02T00:00:00Z | ?from | not_a_window_boundary | Usage is kept in windows of 60 minutes; the nearest boundary is 2026-03-01T10:00:00Z.
            meter=gb&from=2026-03-01T10:00:00Z&to=2026-03-01T23:30:00.000001Z | ?to | not_a_window_boundary | Usage is kept in windows of 60 minutes; the nearest boundary is 2026-03-02T00:00:00Z.
            meter=gb&from=2026-03-02T00:00:00Z&to=2026-03-02T00:00:00Z | ?to | out_of_range | Send a to after from.
            meter=gb&from=1969-12-31T23:00:00Z&to=2026-03-02T00:00:00Z | ?from | out_of_range | Send an instant between 1970-01-01T00:00:00Z and 9999-12-31T00:00:00Z.
            meter=gb&from=2026-03-01T00:00:00Z&to=9999-12-31T01:00:00Z | ?to | out_of_range | Send an instant between 1970-01-01T00:00:00Z and 9999-12-31T00:00:00Z.
            meter=gb&from=2016-03-01T00:00:00Z&to=2026-03-02T00:00:00Z&window=hour | ?to | range_too_long | Ask for at most 10000 windows at once, or for longer ones.
            meter=gb&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z&window=week | ?window | invalid_choice | Use one of: total, hour, day, month.
            meter=gb&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z&group_by=city | ?group_by | unknown_dimension | The meter's dimensions are: region, model.
            meter=calls&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z&filter[city]=x | ?filter[city] | unknown_dimension | The meter has no dimensions.
            meter=gb&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z&accepted_before=2026-03-05T00:40:00Z | ?accepted_before | not_a_whole_hour | Send a whole UTC hour; the nearest is 2026-03-05T01:00:00Z.
            meter=gb&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z&limit=501 | ?limit | out_of_range | Send a whole number from 1 to 500.
            meter=gb&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z&cursor=x | ?cursor | invalid_cursor | Send next_cursor of the page before with the same other parameters, or none for the first page.
            meter=gb&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z&cursor=WyJhIiwiMjAyNi0wMy0wMlQwMDowMDowMFoiXQ | ?cursor | invalid_cursor | Send next_cursor of the page before with the same other parameters, or none for the first page.
            meter=gb&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z&color=red | ?color | unknown_parameter | Known are: accepted_before, cursor, customer, from, group_by, limit, meter, to, window
            meter=gb&meter=calls&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z | ?meter | required | Send the code of one meter, once.
            """)
    void shouldSayWhatIsWrong(String query, String pointer, String code, String detail) {
        Problem problem = problem(BERLIN, query);

        assertEquals(ProblemKind.INVALID, problem.kind());
        assertEquals(List.of(new FieldProblem(pointer, code, detail)), problem.errors());
    }

    @Test
    void shouldSayEverythingThatIsWrongAtOnce() {
        Problem problem = problem(BERLIN, "meter=gb&window=week&limit=0&group_by=,&customer=a\0&filter[region]=\ud800");

        assertEquals(
                List.of("?customer", "?filter[region]", "?group_by", "?group_by", "?from", "?to", "?window", "?limit"),
                problem.errors().stream().map(FieldProblem::pointer).toList());
    }
}
