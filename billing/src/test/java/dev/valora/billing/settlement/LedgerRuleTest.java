package dev.valora.billing.settlement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.BillingApi;
import dev.valora.billing.SoldMonths;
import dev.valora.ingest.HttpVerb;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** An invoice bills the target at its cut, minus all that is not void and was billed or waived before. */
final class LedgerRuleTest {

    @AutoClose
    private static final BillingApi API = new BillingApi("2026-01-01T00:00:00Z");

    private final SoldMonths sold = new SoldMonths(API);

    @Test
    void shouldBillLateUsageInWavesEachOnce() {
        sold.subscribe("'items':[{'price':'calls'}]");
        sold.usage("2026-01-10T00:00:00Z", "10");
        sold.usage("2026-01-11T00:00:00Z", "2026-02-03T00:00:00Z", "5");
        // A void: a negative delta at its own hour.
        sold.usage("2026-01-12T00:00:00Z", "2026-03-05T00:00:00Z", "-3");
        sold.usage("2026-02-12T00:00:00Z", "2026-03-06T00:00:00Z", "7");
        sold.turn("2026-05-02T00:00:00Z");
        assertEquals(
                List.of(
                        "2026-02-01 usage calls 2026-01-01/2026-02-01 10 10.00",
                        "2026-03-01 usage calls 2026-02-01/2026-03-01 0 0.00",
                        "2026-03-01 late_usage calls, late usage 2026-01-01/2026-02-01 5 5.00",
                        "2026-04-01 usage calls 2026-03-01/2026-04-01 0 0.00",
                        "2026-04-01 late_usage calls, late usage 2026-01-01/2026-02-01 -3 -3.00",
                        "2026-04-01 late_usage calls, late usage 2026-02-01/2026-03-01 7 7.00",
                        "2026-05-01 usage calls 2026-04-01/2026-05-01 0 0.00"),
                sold.lines());
        assertEquals(List.of(), sold.differences());
    }

    @Test
    void shouldGiveBackWhatALowerVolumeTierCosts() {
        sold.price(
                "volume",
                "'type':'usage','meter':'calls'",
                "'model':'volume','tiers':[{'up_to':'100','unit_amount':'2'},{'up_to':null,'unit_amount':'1'}]");
        sold.subscribe("'items':[{'price':'volume'}]");
        sold.usage("2026-01-10T00:00:00Z", "100");
        sold.usage("2026-01-11T00:00:00Z", "2026-02-03T00:00:00Z", "20");
        sold.turn("2026-03-02T00:00:00Z");
        // 100 x 2 was billed; 120 x 1 is owed.
        assertEquals(
                List.of(
                        "2026-02-01 usage volume 2026-01-01/2026-02-01 100 200.00",
                        "2026-03-01 usage volume 2026-02-01/2026-03-01 0 0.00",
                        "2026-03-01 late_usage volume, late usage 2026-01-01/2026-02-01 20 -80.00"),
                sold.lines());
        assertEquals(List.of("INV-000001 1 1 finalized 200.00", "INV-000002 1 2 paid -80.00"), sold.totals());
    }

    @Test
    void shouldNotShowOnANewRevisionWhatOthersBilledAndGaveBack() {
        sold.subscribe("'items':[{'price':'calls'}]");
        sold.usage("2026-01-10T00:00:00Z", "10");
        sold.usage("2026-01-11T00:00:00Z", "2026-02-03T00:00:00Z", "1");
        sold.usage("2026-01-11T00:00:00Z", "2026-03-03T00:00:00Z", "-1");
        sold.turn("2026-04-02T00:00:00Z");
        sold.voidInvoice(0, true);
        assertEquals(
                List.of("usage calls 2026-01-01/2026-02-01 10 10.00"),
                SoldMonths.lines(sold.invoices().getLast()));
        assertEquals(List.of(), sold.differences());
    }

    @Test
    void shouldLetAMinimumShrinkUnderLateUsage() {
        sold.price(
                "floor",
                "'type':'usage','meter':'calls'",
                "'model':'per_unit','unit_amount':'1','minimum_amount':'50','maximum_amount':'70'");
        sold.subscribe("'items':[{'price':'floor'}]");
        sold.usage("2026-01-10T00:00:00Z", "30");
        sold.usage("2026-01-11T00:00:00Z", "2026-02-03T00:00:00Z", "10");
        sold.usage("2026-01-11T00:00:00Z", "2026-03-03T00:00:00Z", "15");
        sold.usage("2026-01-11T00:00:00Z", "2026-04-03T00:00:00Z", "40");
        sold.turn("2026-05-02T00:00:00Z");
        assertEquals(
                List.of(
                        "2026-02-01 usage floor 2026-01-01/2026-02-01 30 30.00",
                        "2026-02-01 minimum floor, up to the minimum 2026-01-01/2026-02-01 null 20.00",
                        "2026-03-01 late_usage floor, late usage 2026-01-01/2026-02-01 10 0.00",
                        "2026-04-01 late_usage floor, late usage 2026-01-01/2026-02-01 15 5.00",
                        "2026-05-01 late_usage floor, late usage 2026-01-01/2026-02-01 40 15.00"),
                sold.lines().stream()
                        .filter(line -> line.contains("2026-01-01/"))
                        .toList());
    }

    @Test
    void shouldOnlyRecordLateUsageWhereThePolicySaysSo() {
        sold.lateUsage("record_only");
        String id = sold.subscribe("'items':[{'price':'calls'}]");
        sold.usage("2026-01-10T00:00:00Z", "10");
        sold.usage("2026-01-11T00:00:00Z", "2026-02-03T00:00:00Z", "5");
        sold.turn("2026-02-10T00:00:00Z");
        sold.cancel(id, "{}");
        sold.usage("2026-02-11T00:00:00Z", "2026-03-03T00:00:00Z", "2");
        sold.turn("2026-06-10T00:00:00Z");
        assertEquals(
                List.of(
                        "2026-02-01 usage calls 2026-01-01/2026-02-01 10 10.00",
                        "2026-03-01 usage calls 2026-02-01/2026-03-01 0 0.00"),
                sold.lines());
        assertEquals(
                List.of("2 1 waived 5.00 5", "3 2 waived 2.00 2"),
                sold.rows("SELECT closed_cycle, cycle, kind, amount, quantity FROM billing.ledger"
                        + " WHERE organization_id = '%s' AND kind = 'waived' ORDER BY closed_cycle"));
    }

    @Test
    void shouldBillTheLateUsageOfWhoIsGone() {
        String id = sold.subscribe("'plan':'pro'");
        sold.usage("2026-01-10T00:00:00Z", "10");
        sold.cancel(id, "{}");
        sold.usage("2026-01-11T00:00:00Z", "2026-02-03T00:00:00Z", "5");
        // Nobody has bought what is used behind the end.
        sold.usage("2026-02-11T00:00:00Z", "100");
        sold.usage("2026-01-31T23:00:00Z", "2026-05-01T23:00:00Z", "1");
        sold.turn("2026-08-01T00:00:00Z");
        assertEquals(
                List.of(
                        "2026-01-01 recurring base 2026-01-01/2026-02-01 1 31.00",
                        "2026-02-01 usage calls 2026-01-01/2026-02-01 10 10.00",
                        "2026-03-01 late_usage calls, late usage 2026-01-01/2026-02-01 5 5.00",
                        "2026-05-03 late_usage calls, late usage 2026-01-01/2026-02-01 1 1.00"),
                sold.lines());
        assertEquals(
                List.of("0"),
                sold.rows("SELECT count(*) FROM billing.cycles WHERE organization_id = '%s' AND state <> 'closed'"));
    }

    @Test
    void shouldBillAnewWhatAVoidInvoiceHadBilled() {
        sold.subscribe("'plan':'pro'");
        sold.usage("2026-01-10T00:00:00Z", "10");
        sold.turn("2026-02-03T12:00:00Z");
        sold.usage("2026-01-11T00:00:00Z", "2026-02-02T00:00:00Z", "5");
        JsonNode voided = sold.voidInvoice(1, true);
        assertEquals("void", voided.get("status").textValue());
        assertEquals("wrong", voided.get("void_reason").textValue());
        assertEquals("2026-02-03T12:00:00Z", voided.get("voided_at").textValue());
        assertEquals(
                List.of(
                        "INV-000001 1 0 finalized 31.00",
                        "INV-000002 1 1 void 41.00",
                        "INV-000003 2 1 finalized 46.00"),
                sold.totals());
        sold.turn("2026-03-02T00:00:00Z");
        assertEquals(
                List.of(
                        "2026-01-01 recurring base 2026-01-01/2026-02-01 1 31.00",
                        "2026-02-01 usage calls 2026-01-01/2026-02-01 15 15.00",
                        "2026-02-01 recurring base 2026-02-01/2026-03-01 1 31.00",
                        "2026-03-01 usage calls 2026-02-01/2026-03-01 0 0.00",
                        "2026-03-01 recurring base 2026-03-01/2026-04-01 1 31.00"),
                sold.lines());
        assertEquals(List.of(), sold.differences());
    }

    @Test
    void shouldLeaveOutOfANewRevisionWhatOthersBilledMeanwhile() {
        sold.subscribe("'plan':'pro'");
        sold.usage("2026-01-10T00:00:00Z", "10");
        sold.usage("2026-01-11T00:00:00Z", "2026-02-03T00:00:00Z", "5");
        sold.turn("2026-03-02T00:00:00Z");
        sold.voidInvoice(1, true);
        assertEquals(
                List.of(
                        "usage calls 2026-01-01/2026-02-01 15 15.00",
                        "late_usage calls, billed before 2026-01-01/2026-02-01 -5 -5.00",
                        "recurring base 2026-02-01/2026-03-01 1 31.00"),
                SoldMonths.lines(sold.invoices().getLast()));
        // The one that billed the late usage is void, too: its new revision bills it again.
        sold.voidInvoice(2, true);
        assertEquals(
                List.of(
                        "usage calls 2026-02-01/2026-03-01 0 0.00",
                        "late_usage calls, late usage 2026-01-01/2026-02-01 5 5.00",
                        "recurring base 2026-03-01/2026-04-01 1 31.00"),
                SoldMonths.lines(sold.invoices().getLast()));
        sold.turn("2026-04-02T00:00:00Z");
        assertEquals(
                List.of("usage calls 2026-03-01/2026-04-01 0 0.00", "recurring base 2026-04-01/2026-05-01 1 31.00"),
                SoldMonths.lines(sold.invoices().getLast()));
        assertEquals(List.of(), sold.differences());
    }

    @Test
    void shouldWaiveTheUsageOfAVoidInvoiceAndBillItsLicencesAgain() {
        String id = sold.subscribe("'plan':'pro'");
        sold.usage("2026-01-10T00:00:00Z", "10");
        sold.calls()
                .post(
                        "/v1/subscriptions/" + id + "/adjustments",
                        "{'amount':'-1.50','description':'Sorry','reason':'outage'}");
        sold.turn("2026-02-03T12:00:00Z");
        sold.voidInvoice(1, false);
        sold.usage("2026-01-11T00:00:00Z", "2026-02-04T00:00:00Z", "5");
        sold.turn("2026-04-02T00:00:00Z");
        assertEquals(
                List.of(
                        "2026-01-01 recurring base 2026-01-01/2026-02-01 1 31.00",
                        "2026-03-01 usage calls 2026-02-01/2026-03-01 0 0.00",
                        "2026-03-01 late_usage calls, late usage 2026-01-01/2026-02-01 5 5.00",
                        "2026-03-01 recurring base 2026-02-01/2026-03-01 1 31.00",
                        "2026-03-01 recurring base 2026-03-01/2026-04-01 1 31.00",
                        "2026-03-01 adjustment Sorry 2026-02-01/2026-03-01 null -1.50",
                        "2026-04-01 usage calls 2026-03-01/2026-04-01 0 0.00",
                        "2026-04-01 recurring base 2026-04-01/2026-05-01 1 31.00"),
                sold.lines());
        assertEquals(List.of(), sold.differences());
        assertEquals("illegal_transition", sold.conflict(sold.voidOf(1), "{'reason':'again'}"));
    }

    @Test
    void shouldCorrectTheDaysOfALicenceWhoseInvoiceWasVoided() {
        String id = sold.subscribe("'items':[{'price':'seats','quantity':2}]");
        sold.turn("2026-01-11T00:00:00Z");
        sold.change(id, "'items':[{'price':'seats','quantity':4}]");
        sold.turn("2026-02-02T00:00:00Z");
        sold.voidInvoice(0, true);
        // What the second invoice gave back of the first one's days is charged again with them.
        assertEquals(
                List.of("recurring seats 2026-01-01/2026-02-01 2 20.00"),
                SoldMonths.lines(sold.invoices().getLast()));
        sold.turn("2026-03-02T00:00:00Z");
        assertEquals(
                List.of("recurring seats 2026-03-01/2026-04-01 4 40.00"),
                SoldMonths.lines(sold.invoices().getLast()));
    }

    @Test
    void shouldPreviewWhatTheRunningCycleWouldSayAndStoreNothing() {
        String id = sold.subscribe("'plan':'pro'");
        sold.usage("2026-01-10T00:00:00Z", "10");
        sold.turn("2026-01-11T12:30:00Z");
        sold.calls()
                .post(
                        "/v1/subscriptions/" + id + "/adjustments",
                        "{'amount':'2','description':'Setup','reason':'agreed'}");
        List<String> before = sold.totals();
        JsonNode preview = sold.calls().get("/v1/subscriptions/" + id + "/preview");
        assertEquals("draft", preview.get("status").textValue());
        assertEquals(true, preview.get("number").isNull());
        assertEquals("43.00", preview.get("total").textValue());
        assertEquals(
                List.of(
                        "usage calls 2026-01-01/2026-02-01 10 10.00",
                        "recurring base 2026-02-01/2026-03-01 1 31.00",
                        "adjustment Setup 2026-01-01/2026-02-01 null 2.00"),
                SoldMonths.lines(preview));
        assertEquals(before, sold.totals());
        // While January waits for its cut, February is previewed as if it had been closed.
        API.applied().turnTo("2026-01-31T00:00:00Z");
        sold.turn("2026-02-01T00:30:00Z");
        API.applied().turnTo("2026-02-01T00:00:00Z");
        sold.turn("2026-02-01T00:30:00Z");
        assertEquals(
                List.of("usage calls 2026-02-01/2026-03-01 0 0.00", "recurring base 2026-03-01/2026-04-01 1 31.00"),
                SoldMonths.lines(sold.calls().get("/v1/subscriptions/" + id + "/preview")));
        String later = sold.subscribe("'items':[{'price':'base'}],'start_date':'2026-06-01'");
        assertEquals(
                List.of("recurring base 2026-06-01/2026-07-01 1 31.00"),
                SoldMonths.lines(sold.calls().get("/v1/subscriptions/" + later + "/preview")));
    }

    @Test
    void shouldCheckAnAdjustment() {
        String id = sold.subscribe("'plan':'pro'");
        assertEquals(
                List.of("/amount invalid_decimal", "/description missing_field", "/reason missing_field"),
                sold.calls()
                        .fieldProblems(
                                HttpVerb.POST, "/v1/subscriptions/" + id + "/adjustments", "{'amount':'1.005'}"));
        sold.cancel(id, "{'at':'now'}");
        sold.turn("2026-06-01T00:00:00Z");
        assertEquals(
                "no_further_invoice",
                sold.calls()
                        .problem(
                                HttpVerb.POST,
                                "/v1/subscriptions/" + id + "/adjustments",
                                "{'amount':'1','description':'a','reason':'b'}")
                        .code());
    }
}
