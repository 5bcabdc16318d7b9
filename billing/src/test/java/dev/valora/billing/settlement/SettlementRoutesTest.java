package dev.valora.billing.settlement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.BillingApi;
import dev.valora.billing.SoldMonths;
import dev.valora.billing.contract.CycleReader;
import dev.valora.billing.contract.CycleReader.DueCycles;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemKind;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What voids, adjustments and previews answer when they cannot do what is asked, and what a void names. */
final class SettlementRoutesTest {

    @AutoClose
    private static final BillingApi API = new BillingApi("2026-01-01T00:00:00Z");

    private final SoldMonths sold = new SoldMonths(API);

    @Test
    void shouldNameTheRevisionThatReplacesAVoidInvoice() {
        sold.subscribe("'plan':'pro'");
        sold.usage("2026-01-10T00:00:00Z", "10");
        sold.turn("2026-02-03T12:00:00Z");
        JsonNode voided = sold.voidInvoice(1, true);
        assertEquals("void", voided.get("status").textValue());
        assertEquals("INV-000003", voided.at("/reissued_as/number").textValue());
        assertEquals(2, voided.at("/reissued_as/revision").intValue());
        assertEquals(sold.invoices().getLast().get("id"), voided.at("/reissued_as/id"));
        assertFalse(sold.act(sold.voidOf(2), "{'reason':'wrong'}").has("reissued_as"));
    }

    @Test
    void shouldNotLoseWhatAVoidLeavesWhereNoInvoiceFollows() {
        String id = sold.subscribe("'plan':'pro'");
        sold.usage("2026-01-10T00:00:00Z", "10");
        sold.cancel(id, "{}");
        sold.turn("2026-08-01T00:00:00Z");
        assertEquals("no_further_invoice", sold.conflict(sold.voidOf(0), "{'reason':'wrong'}"));
        sold.voidInvoice(0, true);
        // Usage leaves nothing for another invoice: it is waived.
        sold.act(sold.voidOf(1), "{'reason':'wrong'}");
        assertEquals(
                List.of("INV-000001 1 0 void 31.00", "INV-000002 1 1 void 10.00", "INV-000003 2 0 finalized 31.00"),
                sold.totals());
    }

    @Test
    void shouldTellWhatAnInvoiceMayNotSay() {
        String id = sold.subscribe("'items':[{'price':'calls'}]");
        sold.usage("2026-01-10T00:00:00Z", "10");
        sold.turn("2026-02-03T12:00:00Z");
        for (int cycle = 1; cycle <= 2; cycle++) {
            API.asSuperuser(
                    "INSERT INTO billing.ledger (organization_id, subscription_id, closed_cycle, revision, kind,"
                            + " entry, cycle, item_id, price, amount, quantity) VALUES ('"
                            + BillingApi.organization(sold.calls()) + "', '" + id + "', 1, 9, 'waived', " + cycle + ", "
                            + cycle
                            + ", gen_random_uuid(), 'gone', -5, 0)");
        }
        Problem preview = sold.calls().problem(HttpVerb.GET, "/v1/subscriptions/" + id + "/preview", null);
        assertEquals(ProblemKind.CONFLICT, preview.kind());
        assertEquals("negative_usage_charge", preview.code());
        assertEquals("negative_usage_charge", sold.conflict(sold.voidOf(0), "{'reason':'wrong','reissue':true}"));
        assertEquals(List.of("INV-000001 1 1 finalized 10.00"), sold.totals());
    }

    @Test
    void shouldLimitTheAdjustmentsThatWait() {
        String id = sold.subscribe("'plan':'pro'");
        String path = "subscriptions/" + id + "/adjustments";
        String body = "{'amount':'-1','description':'Sorry','reason':'outage'}";
        for (int i = 0; i < 100; i++) {
            sold.calls().post("/v1/" + path, body);
        }
        assertEquals("too_many_adjustments", sold.conflict(path, body));
    }

    @Test
    void shouldLimitTheChangesThatWereEverAskedFor() {
        String id = sold.subscribe("'items':[{'price':'seats','quantity':2}]");
        sold.turn("2026-01-11T00:00:00Z");
        String seats = "subscriptions/" + id + "/change";
        API.asSuperuser(
                "INSERT INTO billing.arrangements SELECT organization_id, subscription_id, n, day, charging, items"
                        + " FROM billing.arrangements, generate_series(1, 999) n WHERE subscription_id = '" + id + "'");
        sold.act(seats, "{'items':[{'price':'seats','quantity':3}]}");
        assertEquals("too_many_changes", sold.conflict(seats, "{'items':[{'price':'seats','quantity':4}]}"));
    }

    @Test
    void shouldLimitTheItemsThatASubscriptionEverHad() {
        String id = sold.subscribe("'items':[{'price':'seats','quantity':2}]");
        sold.turn("2026-01-11T00:00:00Z");
        API.asSuperuser("INSERT INTO billing.items (organization_id, subscription_id, id, price, quantity, start_date,"
                + " end_date, charged_from, charged_until) SELECT '" + BillingApi.organization(sold.calls()) + "', '"
                + id
                + "', gen_random_uuid(), 'seats', 1, '2026-01-01', '2026-01-01', '2026-01-01', '2026-01-01'"
                + " FROM generate_series(1, 999)");
        assertEquals(
                "too_many_items",
                sold.conflict("subscriptions/" + id + "/change", "{'items':[{'price':'seats','quantity':4}]}"));
    }

    @Test
    void shouldLetNoCycleOvertakeTheOneBefore() {
        String id = sold.subscribe("'items':[{'price':'calls'}]");
        sold.turn("2026-02-01T00:30:00Z");
        API.asSuperuser(
                "UPDATE billing.subscriptions SET retry_at = '2026-04-01Z', failed_due = '2026-02-01Z', failure = 'odd' WHERE id = '"
                        + id + "'");
        API.asSuperuser("UPDATE billing.cycles SET state = 'awaiting_cut' WHERE subscription_id = '" + id + "'");
        assertEquals(1, due("2026-02-01T01:00:00Z", "2026-02-01"));
        assertEquals(0, due("2026-03-01T01:00:00Z", "2026-03-01"));
    }

    /** How many cycles a batch would claim once the retry has come due. */
    private int due(String at, String periodEnd) {
        return API.database()
                .inOrganization(
                        BillingApi.organization(sold.calls()),
                        transaction -> CycleReader.awaitingCut(
                                transaction,
                                BillingApi.organization(sold.calls()),
                                new DueCycles(Instant.parse(at), Instant.parse("2026-05-01T00:00:00Z"), 10),
                                LocalDate.parse(periodEnd)))
                .size();
    }
}
