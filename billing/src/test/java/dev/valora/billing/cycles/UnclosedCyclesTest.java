package dev.valora.billing.cycles;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.valora.billing.BillingApi;
import dev.valora.billing.schedule.BillingRun;
import dev.valora.ingest.Calls;
import dev.valora.ingest.HttpVerb;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** From when on usage may still be billed, as subscriptions live and end. */
final class UnclosedCyclesTest {

    @AutoClose
    private final BillingApi api = new BillingApi("2026-01-01T00:00:00Z");

    private final UnclosedCycles unclosed = new UnclosedCycles(api.database());
    private final BillingRun run = api.run(api.database(), 500);

    private Calls seller(String zone, String interval) {
        Calls calls = api.organization(zone, BillingApi::routes);
        calls.post("/v1/products", "{'code':'api','name':'API'}");
        calls.post(
                "/v1/prices",
                "{'code':'base','product':'api','type':'recurring','interval':'" + interval
                        + "','version':{'model':'flat','amount':'49'}}");
        calls.post("/v1/customers", "{'key':'ann','name':'Ann'}");
        return calls;
    }

    private static String subscribe(Calls calls, String start) {
        return calls.post(
                        "/v1/subscriptions",
                        "{'customer':'ann','items':[{'price':'base'}],'start_date':'" + start + "'}")
                .get("id")
                .textValue();
    }

    private void turn(String now) {
        api.turnClockTo(now);
        run.doAllDue();
    }

    private void assertFrom(String instant) {
        assertEquals(Instant.parse(instant), unclosed.from());
    }

    @Test
    void shouldFollowTheOldestCycleThatIsNotClosed() {
        assertEquals(Instant.MAX, unclosed.from());
        subscribe(seller("Europe/Berlin", "month"), "2026-01-01");
        assertFrom("2025-12-31T23:00:00Z");

        api.applied().turnTo("2026-01-31T23:59:59Z");
        turn("2026-02-02T00:00:00Z");
        assertEquals(
                List.of("0 closed", "1 awaiting_cut", "2 open"),
                api.rows("SELECT number, state FROM billing.cycles ORDER BY number"));
        assertFrom("2025-12-31T23:00:00Z");

        api.applied().turnTo("2026-02-01T00:00:00Z");
        turn("2026-02-02T00:00:00Z");
        assertFrom("2026-01-31T23:00:00Z");
    }

    @Test
    void shouldTakeTheEarliestOfAllOrganizations() {
        subscribe(seller("UTC", "month"), "2026-01-01");
        subscribe(seller("UTC", "year"), "2026-01-01");
        turn("2026-04-02T00:00:00Z");
        assertFrom("2026-01-01T00:00:00Z");
        turn("2027-01-02T00:00:00Z");
        assertFrom("2027-01-01T00:00:00Z");
    }

    /** Billing may be behind: then a subscription's first cycle is yet to open when its usage is there already. */
    @Test
    void shouldCountASubscriptionThatIsYetToBegin() {
        Calls seller = seller("UTC", "month");
        subscribe(seller, "2026-02-01");
        assertFrom("2026-02-01T00:00:00Z");
        api.turnClockTo("2026-06-02T00:00:00Z");
        assertFrom("2026-02-01T00:00:00Z");
        run.doAllDue();
        assertFrom("2026-06-01T00:00:00Z");
    }

    /** So long its usage may still be late, and corrections of it are billed. */
    @Test
    void shouldForgetASubscriptionNinetyDaysAfterItEnded() {
        Calls seller = seller("UTC", "month");
        String id = subscribe(seller, "2026-01-01");
        Calls.json(seller.call(HttpVerb.POST, "/v1/subscriptions/" + id + "/cancel", "{'at':'period_end'}"), 200);
        assertFrom("2026-01-01T00:00:00Z");
        turn("2026-02-02T00:00:00Z");
        assertFrom("2026-02-01T00:00:00Z");
        turn("2026-05-04T00:00:00Z");
        assertEquals(Instant.MAX, unclosed.from());
    }
}
