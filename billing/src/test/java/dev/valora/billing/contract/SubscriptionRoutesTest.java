package dev.valora.billing.contract;

import static dev.valora.billing.contract.SubscriptionCalls.id;
import static dev.valora.billing.contract.SubscriptionCalls.path;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.BillingApi;
import dev.valora.billing.audit.Author;
import dev.valora.billing.offering.OfferedPrice;
import dev.valora.billing.offering.PriceStore;
import dev.valora.billing.subscription.Item;
import dev.valora.ingest.Calls;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.Json;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemKind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How subscriptions begin, and what is shown of them. */
final class SubscriptionRoutesTest {

    @AutoClose
    private static final BillingApi API = new BillingApi(SubscriptionCalls.NOW);

    private final SubscriptionCalls subscriptions = new SubscriptionCalls(API);
    private final Calls calls = subscriptions.calls();

    @Test
    void shouldStartAPlanTodayWithItsOpening() {
        JsonNode created = subscriptions.subscribe("'customer':'ann','plan':'pro','metadata':{'a':'b'}");
        String id = id(created);
        assertEquals(
                "{\"id\":\"" + id + "\",\"customer\":\"ann\",\"status\":\"active\",\"plan\":\"pro\","
                        + "\"interval\":\"month\",\"interval_count\":1,\"items\":["
                        + item(created, 0, "base") + "," + item(created, 1, "calls") + "],"
                        + "\"start_date\":\"2026-01-11\",\"trial_end\":null,\"anchor_day\":null,"
                        + "\"current_period\":{\"start\":\"2026-01-11\",\"end\":\"2026-02-11\"},"
                        + "\"cancel_at\":null,\"canceled_at\":null,\"metadata\":{\"a\":\"b\"},"
                        + "\"created_at\":\"2026-01-10T23:30:00Z\"}",
                created.toString());
        assertEquals(created, calls.get("/v1/subscriptions/" + id));
        JsonNode cycles = calls.get("/v1/subscriptions/" + id + "/cycles").get("data");
        assertEquals(2, cycles.size());
        assertEquals(
                "{\"id\":\"" + cycles.get(0).get("id").textValue() + "\",\"number\":0,"
                        + "\"period\":{\"start\":\"2026-01-11\",\"end\":\"2026-02-11\"},"
                        + "\"starts_at\":\"2026-01-10T23:00:00Z\",\"ends_at\":\"2026-02-10T23:00:00Z\","
                        + "\"grace_hours\":1,\"accepted_before\":\"2026-01-10T23:00:00Z\",\"trial\":false,\"tail\":false,"
                        + "\"state\":\"awaiting_cut\",\"closed_at\":null,\"invoice\":null}",
                cycles.get(0).toString());
        assertEquals(
                List.of("0 awaiting_cut 2026-01-10T23:00:00Z", "1 open 2026-02-11T00:00:00Z"),
                subscriptions.cycles(id));
        assertEquals(
                List.of("null scheduled created key:test 2026-01-11", "scheduled active started key:test 2026-01-11"),
                subscriptions.transitions(id));
        assertEquals(
                List.of("subscription.created", "subscription.started"),
                API.rows("SELECT action FROM billing.audit WHERE target = 'subscription:" + id + "' ORDER BY entry"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            # sent                                                      | status    | period                  | trial end  | cycles
            'plan':'trial'                                              | trialing  | 2026-01-11/2026-01-25   | 2026-01-25 | 1 open 2026-01-25T00:00:00Z
            'plan':'trial','trial_days':0                               | active    | 2026-01-11/2026-02-11   | -          | 0 awaiting_cut 2026-01-10T23:00:00Z,1 open 2026-02-11T00:00:00Z
            'plan':'pro','trial_days':1                                 | trialing  | 2026-01-11/2026-01-12   | 2026-01-12 | 1 open 2026-01-12T00:00:00Z
            'plan':'pro','anchor_day':1                                 | active    | 2026-01-11/2026-02-01   | -          | 0 awaiting_cut 2026-01-10T23:00:00Z,1 open 2026-02-01T00:00:00Z
            'items':[{'price':'seats','quantity':'2.50'}]               | active    | 2026-01-11/2026-02-11   | -          | 1 open 2026-02-11T00:00:00Z
            'items':[{'price':'calls','quantity':1},{'price':'seats'}]  | active    | 2026-01-11/2026-02-11   | -          | 1 open 2026-02-11T00:00:00Z
            'items':[{'price':'weekly'}]                                | active    | 2026-01-11/2026-01-18   | -          | 0 awaiting_cut 2026-01-10T23:00:00Z,1 open 2026-01-18T00:00:00Z
            'plan':'pro','start_date':'2025-11-30'                      | active    | 2025-11-30/2025-12-30   | -          | 0 awaiting_cut 2026-01-10T23:00:00Z,1 open 2026-01-11T01:00:00Z
            'plan':'pro','start_date':'2026-01-12'                      | scheduled | -                       | -          | -
            'plan':'trial','start_date':'2026-01-12'                    | scheduled | -                       | 2026-01-26 | -
            """)
    void shouldOpenTheFirstCycleOnTheStart(String sent, String status, String period, String trialEnd, String cycles) {
        JsonNode created = subscriptions.subscribe("'customer':'ann'," + sent);
        assertEquals(status, created.get("status").textValue());
        assertEquals(trialEnd, created.get("trial_end").textValue());
        JsonNode current = created.get("current_period");
        assertEquals(
                String.valueOf(period),
                current.isNull()
                        ? "null"
                        : current.get("start").textValue() + "/"
                                + current.get("end").textValue());
        assertEquals(
                cycles == null ? List.of() : Arrays.asList(cycles.split(",", -1)), subscriptions.cycles(id(created)));
    }

    @Test
    void shouldActivateLaterExactlyAsItWouldHaveAtOnce() {
        JsonNode created = subscriptions.subscribe("'customer':'ann','plan':'pro','start_date':'2026-02-01'");
        String id = id(created);
        API.turnClockTo("2026-02-03T04:05:06Z");
        activate(id);
        assertEquals(
                List.of("0 awaiting_cut 2026-01-31T23:00:00Z", "1 open 2026-03-01T00:00:00Z"),
                subscriptions.cycles(id));
        assertEquals(
                List.of("null scheduled created key:test 2026-01-11", "scheduled active started job:run 2026-02-01"),
                subscriptions.transitions(id));
        assertEquals(
                "2026-02-01",
                calls.get("/v1/subscriptions/" + id)
                        .get("current_period")
                        .get("start")
                        .textValue());
        assertThrows(IllegalStateException.class, () -> activate(id));
        assertEquals(2, subscriptions.cycles(id).size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            'customer':'eve','plan':'none' | /customer unknown_customer,/plan unknown_plan
            'customer':'ann' | /items plan_or_items
            'customer':'ann','plan':'pro','items':[{'price':'base'}] | /items plan_or_items
            'customer':'ann','items':[] | /items invalid_field
            'customer':'ann','items':[{'price':'base'},{'quantity':-1},{'price':'none','x':1}] \
            | /items/1/price missing_field,/items/1/quantity out_of_range,/items/2/price unknown_price,/items/2/x unknown_field
            'customer':'ann','items':[{'price':'base'},{'price':'weekly'}] | /items mixed_intervals
            'customer':'ann','items':[{'price':'weekly'}],'anchor_day':1 | /anchor_day anchor_day_needs_months
            'customer':'ann','items':[{'price':'calls','quantity':2}] | /items/0/quantity invalid_field
            'plan':'pro','trial_days':-1,'anchor_day':32,'start_date':'2036-02-01' \
            | /anchor_day out_of_range,/customer missing_field,/start_date out_of_range,/trial_days out_of_range
            'customer':'ann','plan':'pro','start_date':'tomorrow' | /start_date invalid_date
            """)
    void shouldTellEveryFieldProblemAtOnceAndWriteNothing(String body, String problems) {
        assertEquals(
                Arrays.asList(problems.split(",", -1)),
                calls.fieldProblems(HttpVerb.POST, "/v1/subscriptions", "{" + body + "}"));
        assertEquals("[]", calls.get("/v1/subscriptions").get("data").toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /v1/plans/pro    | 'plan':'pro'                 | /plan archived_plan
            /v1/prices/base  | 'plan':'pro'                 | /plan archived_price
            /v1/prices/base  | 'items':[{'price':'base'}]   | /items/0/price archived_price
            /v1/products/api | 'items':[{'price':'seats'}]  | /items/0/price archived_price
            """)
    void shouldSellNothingFromTheArchive(String archived, String sent, String problem) {
        String existing = id(subscriptions.subscribe("'customer':'bob','plan':'pro'"));
        Calls.json(calls.call(HttpVerb.POST, archived + "/archive", null), 200);
        assertEquals(
                List.of(problem),
                calls.fieldProblems(HttpVerb.POST, "/v1/subscriptions", "{'customer':'ann'," + sent + "}"));
        assertEquals(
                "active",
                calls.get("/v1/subscriptions/" + existing).get("status").textValue());
    }

    @Test
    void shouldRefuseTwoLiveItemsOfACustomerOnOneUsagePrice() {
        String first = id(subscriptions.subscribe("'customer':'ann','plan':'pro'"));
        subscriptions.subscribe("'customer':'bob','plan':'pro'");
        subscriptions.subscribe("'customer':'ann','items':[{'price':'base'},{'price':'base'}]");
        Problem problem = calls.problem(HttpVerb.POST, "/v1/subscriptions", "{'customer':'ann','plan':'trial'}");
        assertEquals(ProblemKind.CONFLICT, problem.kind());
        assertEquals("usage_price_in_use", problem.code());
        assertEquals(
                "usage_price_in_use",
                subscriptions.conflict("'customer':'ann','plan':'pro','start_date':'2027-01-01'"));
        calls.post("/v1/customers", "{'key':'eve','name':'Eve'}");
        assertEquals(
                "usage_price_in_use",
                subscriptions.conflict("'customer':'eve','items':[{'price':'calls'},{'price':'calls'}]"));
        subscriptions.cancel(first, "{}");
        assertEquals(
                "usage_price_in_use",
                subscriptions.conflict("'customer':'ann','plan':'pro','start_date':'2026-02-10'"));
        String next = id(subscriptions.subscribe("'customer':'ann','plan':'pro','start_date':'2026-02-11'"));
        assertEquals(
                "usage_price_in_use",
                subscriptions.conflict("'customer':'ann','plan':'pro','start_date':'2026-03-01'"));
        subscriptions.cancel(next, "{}");
        subscriptions.subscribe("'customer':'ann','plan':'pro','start_date':'2026-03-01'");
    }

    @Test
    void shouldListByCustomerAndStatus() {
        String active = id(subscriptions.subscribe("'customer':'ann','plan':'pro'"));
        String trialing = id(subscriptions.subscribe("'customer':'bob','plan':'trial'"));
        String scheduled =
                id(subscriptions.subscribe("'customer':'ann','items':[{'price':'seats'}],'start_date':'2026-02-01'"));
        assertEquals(List.of(active, trialing, scheduled), subscriptions.ids(""));
        assertEquals(List.of(active, scheduled), subscriptions.ids("?customer=ann"));
        assertEquals(List.of(trialing), subscriptions.ids("?status=trialing"));
        assertEquals(List.of(), subscriptions.ids("?customer=bob&status=active"));
        assertEquals(List.of(), subscriptions.ids("?customer=nobody"));
        assertEquals(
                List.of("?status invalid_choice"),
                calls.problem(HttpVerb.GET, "/v1/subscriptions?status=paused", null).errors().stream()
                        .map(error -> error.pointer() + " " + error.code())
                        .toList());
        JsonNode page = calls.get("/v1/subscriptions?limit=2");
        assertEquals(
                List.of(scheduled),
                subscriptions.ids("?limit=2&cursor=" + page.get("next_cursor").textValue()));
        JsonNode cycles = calls.get(path(active, "cycles") + "?limit=1");
        assertEquals(
                1,
                calls.get(path(active, "cycles") + "?limit=1&cursor="
                                + cycles.get("next_cursor").textValue())
                        .get("data")
                        .get(0)
                        .get("number")
                        .intValue());
    }

    @Test
    void shouldShowNothingToAnotherOrganization() {
        String id = id(subscriptions.subscribe("'customer':'ann','plan':'pro'"));
        Calls other = API.organization("UTC", BillingApi::routes);
        for (String path : List.of("", "/cycles", "/transitions")) {
            assertEquals(
                    ProblemKind.NOT_FOUND,
                    other.problem(HttpVerb.GET, "/v1/subscriptions/" + id + path, null)
                            .kind());
        }
        assertEquals(
                ProblemKind.NOT_FOUND,
                other.problem(HttpVerb.POST, path(id, "cancel"), "{}").kind());
        assertEquals("[]", other.get("/v1/subscriptions").get("data").toString());
        for (String table : List.of(
                "customers",
                "products",
                "prices",
                "price_versions",
                "plans",
                "subscriptions",
                "items",
                "transitions",
                "cycles",
                "audit",
                "numbering")) {
            assertTrue(count(BillingApi.organization(calls), table) > 0, table);
            assertEquals(0, count(BillingApi.organization(other), table), table);
        }
    }

    /** Rows that row-level security alone lets the organization see. */
    private static long count(OrganizationId organization, String table) {
        return API.database()
                .inOrganization(
                        organization,
                        transaction -> transaction
                                .execute("SELECT count(*) FROM billing." + table)
                                .iterator()
                                .next()
                                .getLong(0));
    }

    private void activate(String id) {
        OrganizationId organization = BillingApi.organization(calls);
        API.audit().change(Author.job(organization, "run"), change -> {
            Subscription subscription = SubscriptionStore.load(
                            change.transaction(), organization, List.of(UUID.fromString(id)))
                    .getFirst();
            Map<String, OfferedPrice> prices = PriceStore.load(
                    change.transaction(),
                    organization,
                    subscription.items().stream().map(Item::price).toList());
            ActivationStore.write(
                    change,
                    List.of(ActivationStore.Started.of(
                            subscription,
                            new CyclePolicies(90).of(API.organizations().organization(organization)),
                            prices)));
            return true;
        });
    }

    private static String item(JsonNode subscription, int index, String price) {
        return new String(
                Json.bytes(Json.object()
                        .put("id", id(subscription.get("items").get(index)))
                        .put("price", price)
                        .put("quantity", "1")
                        .put("start_date", "2026-01-11")
                        .putNull("end_date")),
                StandardCharsets.UTF_8);
    }
}
