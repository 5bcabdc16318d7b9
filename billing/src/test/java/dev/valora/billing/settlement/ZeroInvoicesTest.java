package dev.valora.billing.settlement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.BillingApi;
import dev.valora.billing.SoldMonths;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Where an organization wants no invoices about nothing, a cycle closes without one and nothing else is different. */
final class ZeroInvoicesTest {

    @AutoClose
    private static final BillingApi API = new BillingApi("2026-01-01T00:00:00Z");

    private final SoldMonths sold = new SoldMonths(API);

    @Test
    void shouldCloseACycleWithoutAnInvoiceAndNumberTheNextOneWithoutAGap() {
        skip();
        String id = sold.subscribe("'items':[{'price':'calls'}]");
        sold.usage("2026-02-10T00:00:00Z", "3");
        assertEquals(List.of(), sold.turn("2026-04-02T00:00:00Z"));
        assertEquals(List.of("INV-000001 1 2 paid 3.00"), settled(sold.totals()));
        assertEquals(List.of("1 closed -", "2 closed INV-000001", "3 closed -", "4 open -"), cycles(id));
        assertEquals(
                List.of("1 zero_invoice_skipped", "3 zero_invoice_skipped"),
                sold.rows("SELECT after ->> 'cycle', after ->> 'reason' FROM billing.audit WHERE organization_id = '%s'"
                        + " AND action = 'cycle.closed' AND target = 'subscription:" + id + "' ORDER BY entry"));
        assertEquals(List.of(), sold.differences());
    }

    @Test
    void shouldIssueThemWhereNothingElseIsSaid() {
        sold.subscribe("'items':[{'price':'calls'}]");
        sold.turn("2026-02-02T00:00:00Z");
        assertEquals(List.of("INV-000001 1 1 paid 0.00"), sold.totals());
    }

    @Test
    void shouldBillLateUsageOfACycleThatWasClosedWithoutAnInvoice() {
        sold.price("some", "'type':'usage','meter':'calls'", "'model':'per_unit','unit_amount':'2','free_units':'10'");
        skip();
        sold.subscribe("'items':[{'price':'some'}]");
        sold.usage("2026-01-10T00:00:00Z", "6");
        sold.usage("2026-01-11T00:00:00Z", "2026-02-10T00:00:00Z", "3");
        sold.usage("2026-01-12T00:00:00Z", "2026-03-10T00:00:00Z", "4");
        assertEquals(List.of(), sold.turn("2026-05-02T00:00:00Z"));
        assertEquals(
                List.of(
                        "2026-04-01 usage some 2026-03-01/2026-04-01 0 0.00",
                        "2026-04-01 late_usage some, late usage 2026-01-01/2026-02-01 4 6.00"),
                sold.lines());
        assertEquals(List.of("INV-000001 1 3 paid 6.00"), settled(sold.totals()));
        assertEquals(
                List.of("6 billed - zero_invoice_skipped", "3 billed - zero_invoice_skipped", "4 billed INV-000001 -"),
                fates());
        assertEquals(List.of(), sold.differences());
    }

    @Test
    void shouldBillLateUsageUnderTheTermsOfItsCycleAndNotUnderLaterOnes() {
        skip();
        sold.subscribe("'items':[{'price':'calls'}]");
        sold.turn("2026-02-05T00:00:00Z");
        assertEquals(
                "version_in_billed_period",
                sold.conflict(
                        "prices/calls/versions",
                        "{'effective_from':'2026-01-15','model':'per_unit','unit_amount':'5'}"));
        sold.calls()
                .post(
                        "/v1/prices/calls/versions",
                        "{'effective_from':'2026-02-01','model':'per_unit','unit_amount':'5'}");
        sold.usage("2026-01-11T00:00:00Z", "2026-02-10T00:00:00Z", "3");
        sold.turn("2026-03-02T00:00:00Z");
        assertEquals(
                List.of(
                        "2026-03-01 usage calls 2026-02-01/2026-03-01 0 0.00",
                        "2026-03-01 late_usage calls, late usage 2026-01-01/2026-02-01 3 3.00"),
                sold.lines());
        assertEquals(List.of(), sold.differences());
    }

    @Test
    void shouldIssueWhatCancelsItselfOut() {
        skip();
        String id = sold.subscribe("'items':[{'price':'calls'}]");
        for (String amount : List.of("5", "-5")) {
            sold.calls()
                    .post(
                            "/v1/subscriptions/" + id + "/adjustments",
                            "{'amount':'" + amount + "','description':'a','reason':'b'}");
        }
        sold.turn("2026-02-02T00:00:00Z");
        assertEquals(List.of("INV-000001 1 1 paid 0.00"), sold.totals());
    }

    @Test
    void shouldHoldACycleToThePolicyUnderWhichItOpened() {
        String id = sold.subscribe("'items':[{'price':'calls'}]");
        sold.turn("2026-01-05T00:00:00Z");
        skip();
        sold.turn("2026-02-15T00:00:00Z");
        assertEquals(
                "issue",
                API.policies(sold.calls(), "{'zero_invoices':'issue'}")
                        .get("zero_invoices")
                        .textValue());
        sold.turn("2026-04-02T00:00:00Z");
        assertEquals(List.of("1 closed INV-000001", "2 closed -", "3 closed INV-000002", "4 open -"), cycles(id));
    }

    @Test
    void shouldNotChargeFreeDaysAgainOnceTheyCostSomething() {
        sold.price("free", "'type':'recurring'", "'model':'flat','amount':'0'");
        skip();
        String id = sold.subscribe("'items':[{'price':'free'}]");
        sold.turn("2026-02-15T00:00:00Z");
        sold.calls().post("/v1/prices/free/versions", "{'effective_from':'2026-03-01','model':'flat','amount':'10'}");
        sold.turn("2026-04-15T00:00:00Z");
        assertEquals(
                List.of(
                        "2026-03-01 recurring free 2026-03-01/2026-04-01 1 10.00",
                        "2026-04-01 recurring free 2026-04-01/2026-05-01 1 10.00"),
                sold.lines());
        assertEquals(
                List.of("0 closed -", "1 closed -", "2 closed INV-000001", "3 closed INV-000002", "4 open -"),
                cycles(id));
        assertEquals(List.of(), sold.differences());
    }

    @Test
    void shouldGiveAVoidInvoiceANewRevisionEvenAtZero() {
        skip();
        sold.subscribe("'items':[{'price':'calls'}]");
        sold.usage("2026-01-10T00:00:00Z", "3");
        sold.turn("2026-02-02T00:00:00Z");
        sold.usage("2026-01-10T00:00:00Z", "2026-02-02T00:00:00Z", "-3");
        sold.turn("2026-02-03T12:00:00Z");
        sold.voidInvoice(0, true);
        assertEquals(List.of("INV-000001 1 1 void 3.00", "INV-000002 2 1 paid 0.00"), sold.totals());
        assertEquals(List.of(), sold.differences());
    }

    @Test
    void shouldTellTheFateOfUsageInATrialAndOfWhatIsWaived() {
        skip();
        API.policies(sold.calls(), "{'late_usage':'record_only'}");
        sold.subscribe("'items':[{'price':'calls'}],'trial_days':14");
        sold.usage("2026-01-10T00:00:00Z", "2");
        sold.usage("2026-01-20T00:00:00Z", "2026-03-01T00:00:00Z", "7");
        assertEquals(List.of(), sold.turn("2026-04-16T00:00:00Z"));
        assertEquals(List.of(), sold.totals());
        assertEquals(List.of("2 trial - zero_invoice_skipped", "7 waived - -"), fates());
    }

    private void skip() {
        assertEquals(
                "skip",
                API.policies(sold.calls(), "{'zero_invoices':'skip'}")
                        .get("zero_invoices")
                        .textValue());
    }

    /** Unpaid or not is not what these tests are about. */
    private static List<String> settled(List<String> totals) {
        return totals.stream().map(total -> total.replace("finalized", "paid")).toList();
    }

    private List<String> cycles(String subscription) {
        List<String> cycles = new ArrayList<>();
        for (JsonNode cycle : sold.calls()
                .get("/v1/subscriptions/" + subscription + "/cycles")
                .get("data")) {
            String invoice = cycle.get("invoice").isNull()
                    ? "-"
                    : sold.calls()
                            .get("/v1/invoices/" + cycle.get("invoice").textValue())
                            .get("number")
                            .textValue();
            cycles.add(cycle.get("number") + " " + cycle.get("state").textValue() + " " + invoice);
        }
        return cycles;
    }

    private List<String> fates() {
        List<String> fates = new ArrayList<>();
        for (JsonNode window :
                sold.calls().get("/v1/usage/fates?customer=ann&meter=calls").get("data")) {
            for (JsonNode row : window.get("usage")) {
                JsonNode charge = row.at("/charges/0");
                fates.add(
                        row.get("value").textValue() + " " + charge.get("fate").textValue() + " "
                                + charge.get("invoice_number").asText("-") + " "
                                + charge.path("reason").asText("-"));
            }
        }
        return fates;
    }
}
