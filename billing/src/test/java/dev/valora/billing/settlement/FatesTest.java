package dev.valora.billing.settlement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.BillingApi;
import dev.valora.billing.SoldMonths;
import dev.valora.ingest.HttpVerb;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** No usage is silently unbilled: for each window row, which invoice billed it or why none did. */
final class FatesTest {

    @AutoClose
    private static final BillingApi API = new BillingApi("2026-01-01T00:00:00Z");

    private final SoldMonths sold = new SoldMonths(API);

    @Test
    void shouldTellWhichInvoiceBilledUsageOrWhyNoneDid() {
        String id = sold.subscribe("'plan':'pro','start_date':'2026-01-10','trial_days':5");
        sold.usage("2026-01-09T23:00:00Z", "1");
        sold.usage("2026-01-14T23:00:00Z", "2");
        sold.usage("2026-01-15T00:00:00Z", "3");
        sold.usage("2026-01-16T00:00:00Z", "2026-02-20T00:00:00Z", "4");
        sold.usage("2026-02-16T00:00:00Z", "5");
        sold.usage("2026-03-16T00:00:00Z", "6");
        sold.turn("2026-03-20T00:00:00Z");
        sold.cancel(id, "{}");
        sold.usage("2026-04-15T00:00:00Z", "7");
        assertEquals(
                List.of(
                        "2026-01-09T23:00:00Z 1 unbilled no_subscription",
                        "2026-01-14T23:00:00Z 2 trial INV-000001",
                        "2026-01-15T00:00:00Z 3 billed INV-000002",
                        "2026-01-16T00:00:00Z 4 billed INV-000003",
                        "2026-02-16T00:00:00Z 5 billed INV-000003",
                        "2026-03-16T00:00:00Z 6 pending due 2026-04-15T01:00:00Z",
                        "2026-04-15T00:00:00Z 7 unbilled no_subscription"),
                fates(""));
        assertEquals(
                List.of("2026-01-15T00:00:00Z 3 billed INV-000002"),
                fates("&from=2026-01-15T00:00:00Z&to=2026-01-16T00:00:00Z"));
    }

    @Test
    void shouldFollowVoidsRevisionsAndWaivers() {
        sold.subscribe("'items':[{'price':'calls'}]");
        sold.usage("2026-01-10T00:00:00Z", "10");
        sold.turn("2026-02-10T12:00:00Z");
        assertEquals(List.of("2026-01-10T00:00:00Z 10 billed INV-000001"), fates(""));
        sold.voidInvoice(0, true);
        assertEquals(List.of("2026-01-10T00:00:00Z 10 billed INV-000002"), fates(""));
        sold.voidInvoice(1, false);
        assertEquals(List.of("2026-01-10T00:00:00Z 10 waived -"), fates(""));
    }

    @Test
    void shouldTellThatARevisionReadsWhatWasLateForItsClosing() {
        sold.subscribe("'items':[{'price':'calls'}]");
        sold.usage("2026-01-10T00:00:00Z", "10");
        sold.turn("2026-02-05T12:00:00Z");
        sold.usage("2026-01-11T00:00:00Z", "2026-02-05T00:00:00Z", "5");
        assertEquals(
                "2026-01-11T00:00:00Z 5 pending due 2026-03-01T01:00:00Z",
                fates("").getLast());
        sold.voidInvoice(0, true);
        sold.usage("2026-01-12T00:00:00Z", "2026-02-06T00:00:00Z", "3");
        assertEquals(
                List.of(
                        "2026-01-10T00:00:00Z 10 billed INV-000002",
                        "2026-01-11T00:00:00Z 5 billed INV-000002",
                        "2026-01-12T00:00:00Z 3 pending due 2026-03-01T01:00:00Z"),
                fates(""));
        sold.turn("2026-03-05T12:00:00Z");
        sold.voidInvoice(1, true);
        assertEquals(
                List.of(
                        "INV-000001 1 1 void 10.00",
                        "INV-000002 2 1 void 15.00",
                        "INV-000003 1 2 finalized 3.00",
                        "INV-000004 3 1 finalized 15.00"),
                sold.totals());
        assertEquals(
                List.of(
                        "2026-01-10T00:00:00Z 10 billed INV-000004",
                        "2026-01-11T00:00:00Z 5 billed INV-000004",
                        "2026-01-12T00:00:00Z 3 billed INV-000003"),
                fates(""));
    }

    @Test
    void shouldTellThatARevisionReadsWhatNoClosingWill() {
        String id = sold.subscribe("'items':[{'price':'calls'}]");
        sold.usage("2026-01-10T00:00:00Z", "10");
        sold.cancel(id, "{}");
        sold.turn("2026-08-01T00:00:00Z");
        sold.usage("2026-01-11T00:00:00Z", "2026-07-31T00:00:00Z", "5");
        sold.voidInvoice(0, true);
        assertEquals(
                List.of("2026-01-10T00:00:00Z 10 billed INV-000002", "2026-01-11T00:00:00Z 5 billed INV-000002"),
                fates(""));
        sold.voidInvoice(1, false);
        assertEquals(List.of("2026-01-10T00:00:00Z 10 waived -", "2026-01-11T00:00:00Z 5 waived -"), fates(""));
    }

    @Test
    void shouldTellWhoTakesWhatOfAMeter() {
        sold.price(
                "eu",
                "'type':'usage','meter':'calls','filter':{'region':'eu'}",
                "'model':'per_unit','unit_amount':'2'");
        sold.subscribe("'items':[{'price':'eu'}]");
        sold.usage("2026-01-10T00:00:00Z", "10");
        sold.turn("2026-02-10T00:00:00Z");
        assertEquals(List.of("2026-01-10T00:00:00Z 10 unbilled no_price"), fates(""));
        assertEquals(
                List.of("?customer required", "?from invalid_timestamp", "?to out_of_range"),
                sold
                        .calls()
                        .problem(
                                HttpVerb.GET,
                                "/v1/usage/fates?meter=calls&from=now&to=0000-12-31T23:59:59.999999Z",
                                null)
                        .errors()
                        .stream()
                        .map(error -> error.pointer() + " " + error.code())
                        .toList());
    }

    @Test
    void shouldPageByWindows() {
        sold.subscribe("'plan':'pro'");
        for (int day = 1; day <= 5; day++) {
            sold.usage("2026-01-0" + day + "T00:00:00Z", "2026-01-0" + day + "T00:00:00Z", "1");
            sold.usage("2026-01-0" + day + "T00:00:00Z", "2026-01-09T00:00:00Z", "1");
        }
        List<Integer> sizes = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = sold.calls().get("/v1/usage/fates?customer=ann&meter=calls&limit=2" + cursor);
            page.get("data").forEach(window -> sizes.add(window.get("usage").size()));
            cursor = page.get("next_cursor").isNull()
                    ? ""
                    : "&cursor=" + page.get("next_cursor").textValue();
        } while (!cursor.isEmpty());
        assertEquals(List.of(2, 2, 2, 2, 2), sizes);
    }

    private List<String> fates(String query) {
        List<String> fates = new ArrayList<>();
        for (JsonNode window : sold.calls()
                .get("/v1/usage/fates?customer=ann&meter=calls" + query)
                .get("data")) {
            for (JsonNode row : window.get("usage")) {
                JsonNode charge = row.at("/charges/0");
                String more = charge.isMissingNode()
                        ? row.get("reason").textValue()
                        : charge.has("due")
                                ? "due " + charge.get("due").textValue()
                                : charge.get("invoice_number").asText("-");
                fates.add(window.get("window_start").textValue() + " "
                        + row.get("value").textValue() + " " + row.get("fate").textValue() + " " + more);
            }
        }
        return fates;
    }
}
