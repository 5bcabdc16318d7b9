package dev.valora.billing.settlement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.aggregator.store.PgChangedWindowReader;
import dev.valora.aggregator.store.PgQuantityReader;
import dev.valora.billing.BillingApi;
import dev.valora.billing.BillingObserver;
import dev.valora.billing.BillingPorts;
import dev.valora.billing.BillingRoutes;
import dev.valora.billing.closing.Closings;
import dev.valora.billing.contract.CyclePolicies;
import dev.valora.billing.cycles.CloseJob;
import dev.valora.billing.invoices.InvoiceQuantities;
import dev.valora.billing.schedule.BillingRun;
import dev.valora.ingest.Calls;
import dev.valora.ingest.HttpVerb;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Every change takes its time once nobody else changes the organization's billing, so that no change is dated before one it follows. */
final class ChangeTimesTest {

    @AutoClose
    private static final BillingApi API = new BillingApi("2026-01-01T00:00:00Z");

    private final Set<Instant> readUnderTheLock = new TreeSet<>();
    private final BillingPorts ports = watched(API.ports());
    private final Calls calls = API.organization("UTC", api -> BillingRoutes.of(ports));

    @Test
    void shouldDateWhatRequestsAndJobsChangeUnderTheLock() {
        API.applied().turnTo("2100-01-01T00:00:00Z");
        API.defineMeter(calls, "calls");
        calls.post("/v1/customers", "{'key':'first','name':'The first change has no row to lock'}");
        readUnderTheLock.clear();
        String customer = id(calls.post("/v1/customers", "{'key':'ann','name':'Ann'}"));
        calls.patch("/v1/customers/" + customer, "{'name':'Anna'}");
        sell();
        String id = id(calls.post("/v1/subscriptions", "{'customer':'ann','plan':'pro'}"));
        calls.post(
                "/v1/subscriptions/" + id + "/adjustments", "{'amount':'-1','description':'Sorry','reason':'outage'}");
        act("/v1/subscriptions/" + id + "/change", "{'items':[{'price':'base','quantity':2},{'price':'calls'}]}");
        turn("2026-03-02T00:00:00Z");
        List<JsonNode> invoices = new ArrayList<>();
        calls.get("/v1/invoices").get("data").forEach(invoices::add);
        act("/v1/invoices/" + id(invoices.get(0)) + "/mark_paid", "{}");
        act("/v1/invoices/" + id(invoices.get(1)) + "/void", "{'reason':'wrong','reissue':true}");
        act("/v1/subscriptions/" + id + "/cancel", "{'at':'now'}");
        turn("2026-03-04T00:00:00Z");
        for (String what : List.of("products/api", "prices/spare", "plans/pro")) {
            act("/v1/" + what + "/archive", "{}");
        }
        assertEquals(
                List.of(),
                outsideOfTheLock(
                        "SELECT to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), actor, action"
                                + " FROM billing.audit WHERE organization_id = '%s' AND entry > 1"));
        for (String column : List.of(
                "created_at FROM billing.customers WHERE key = 'ann' AND",
                "created_at FROM billing.products WHERE",
                "archived_at FROM billing.products WHERE",
                "created_at FROM billing.prices WHERE",
                "created_at FROM billing.price_versions WHERE",
                "archived_at FROM billing.prices WHERE archived_at IS NOT NULL AND",
                "created_at FROM billing.plans WHERE",
                "created_at FROM billing.subscriptions WHERE",
                "created_at FROM billing.adjustments WHERE",
                "paid_at FROM billing.invoices WHERE paid_at IS NOT NULL AND",
                "finalized_at FROM billing.invoices WHERE")) {
            String name = column.substring(0, column.indexOf(' '));
            assertEquals(
                    List.of(),
                    outsideOfTheLock(
                            "SELECT to_char(" + name + " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
                                    + column.substring(name.length()) + " organization_id = '%s'"),
                    column);
        }
    }

    private void sell() {
        calls.post("/v1/products", "{'code':'api','name':'API'}");
        calls.patch("/v1/products/api", "{'name':'The API'}");
        calls.post(
                "/v1/prices",
                "{'code':'base','product':'api','type':'recurring','interval':'month','version':{'model':'per_unit','unit_amount':'31'}}");
        calls.post(
                "/v1/prices",
                "{'code':'calls','product':'api','type':'usage','meter':'calls','interval':'month','version':{'model':'per_unit','unit_amount':'1'}}");
        calls.post(
                "/v1/prices",
                "{'code':'spare','product':'api','type':'recurring','interval':'month','version':{'model':'flat','amount':'1'}}");
        calls.post("/v1/prices/spare/versions", "{'effective_from':'2027-01-01','model':'flat','amount':'2'}");
        calls.post("/v1/plans", "{'code':'pro','name':'Pro','prices':['base','calls']}");
    }

    private void act(String path, String body) {
        Calls.json(calls.call(HttpVerb.POST, path, body), 200);
    }

    private static String id(JsonNode json) {
        return json.get("id").textValue();
    }

    private void turn(String instant) {
        API.turnClockTo(instant);
        BillingRun run = new BillingRun(
                new BillingRun.Ports(
                        API.database(),
                        API.organizations(),
                        new CyclePolicies(90),
                        API.applied(),
                        ports.clock(),
                        System::nanoTime,
                        BillingObserver.NONE),
                new CloseJob(
                        new Closings(API.meters(), new PgChangedWindowReader()),
                        new InvoiceQuantities(new PgQuantityReader())),
                500);
        assertEquals(List.of(), run.doAllDue());
    }

    /** The same ports with a clock that shows another microsecond whenever it is read, and keeps those read under the lock. */
    private BillingPorts watched(BillingPorts all) {
        return new BillingPorts(
                all.database(),
                all.organizations(),
                all.meters(),
                all.quantities(),
                all.changedWindows(),
                all.acceptedWindows(),
                all.applied(),
                this::read,
                all.eventAgeDays());
    }

    private long read() {
        Instant shown =
                Instant.EPOCH.plus(API.clock().epochMicros(), ChronoUnit.MICROS).plus(1, ChronoUnit.MICROS);
        API.turnClockTo(shown.toString());
        if (isLocked()) {
            readUnderTheLock.add(shown);
        }
        return API.clock().epochMicros();
    }

    private boolean isLocked() {
        String all = "SELECT count(*) FROM billing.numbering WHERE organization_id = '%s'"
                .formatted(BillingApi.organization(calls));
        String free =
                "SELECT count(*) FROM (SELECT FROM billing.numbering WHERE organization_id = '%s' FOR UPDATE SKIP LOCKED) free"
                        .formatted(BillingApi.organization(calls));
        return !API.rows(all).equals(API.rows(free));
    }

    /** Rows that begin with an instant at which nobody held the lock. */
    private List<String> outsideOfTheLock(String sql) {
        List<String> rows = API.rows(sql.formatted(BillingApi.organization(calls)));
        assertEquals(false, rows.isEmpty(), "no row: " + sql);
        return rows.stream()
                .filter(row -> !readUnderTheLock.contains(Instant.parse(row.split(" ", 2)[0])))
                .toList();
    }
}
