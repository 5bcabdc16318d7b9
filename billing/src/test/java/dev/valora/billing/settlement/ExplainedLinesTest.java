package dev.valora.billing.settlement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.BillingApi;
import dev.valora.billing.SoldMonths;
import dev.valora.billing.UsageRow;
import dev.valora.ingest.Aggregation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What is no plain usage is explained, too: bounds, late usage of several waves, new revisions, maxima that were voided. */
final class ExplainedLinesTest {

    @AutoClose
    private static final BillingApi API = new BillingApi("2026-01-01T00:00:00Z");

    private final SoldMonths sold = new SoldMonths(API);

    /** Fourteen of the 31 days of January. */
    private void sellBoundsFromThe18th() {
        sold.price(
                "bounded",
                "'type':'usage','meter':'calls'",
                "'model':'per_unit','unit_amount':'1','minimum_amount':'31','maximum_amount':'62.01'");
        sold.subscribe("'items':[{'price':'bounded'}],'start_date':'2026-01-18','anchor_day':1");
    }

    @Test
    void shouldExplainAMinimumByItsShareAndWhatWasCharged() {
        sellBoundsFromThe18th();
        sold.usage("2026-01-20T00:00:00Z", "4.005");
        sold.turn("2026-02-02T00:00:00Z");
        JsonNode explained = explained(0, "minimum");
        assertEquals("9.99", explained.at("/line/amount").textValue());
        assertEquals(
                "{'amount':'31','proration':{'days':14,'of':31},'target':'14.00','charged':'4.01'}",
                text(explained.get("bound")));
        assertEquals("'bounded' 1", text(explained.at("/price/code")) + " " + explained.at("/price/version/version"));
        assertEquals("[]", text(explained.get("measurements")));
    }

    @Test
    void shouldExplainAMaximumByItsShareAndWhatWasCharged() {
        sellBoundsFromThe18th();
        sold.usage("2026-01-20T00:00:00Z", "40");
        sold.turn("2026-02-02T00:00:00Z");
        JsonNode explained = explained(0, "maximum");
        // 62.01 x 14 / 31 is 28.0045…
        assertEquals("-12.00", explained.at("/line/amount").textValue());
        assertEquals(
                "{'amount':'62.01','proration':{'days':14,'of':31},'target':'28.00','charged':'40.00'}",
                text(explained.get("bound")));
        assertEquals("{'days':1,'of':1}", text(explained(0, "usage").get("proration")));
    }

    @Test
    void shouldExplainEachWaveOfLateUsageByWhatTheWavesBeforeHadBilled() {
        sold.price(
                "floor",
                "'type':'usage','meter':'calls'",
                "'model':'per_unit','unit_amount':'2','minimum_amount':'25'");
        sold.subscribe("'items':[{'price':'floor'}]");
        sold.usage("2026-01-10T00:00:00Z", "10");
        sold.usage("2026-01-11T00:00:00Z", "2026-02-03T00:00:00Z", "5");
        sold.usage("2026-01-11T00:00:00Z", "2026-03-03T00:00:00Z", "7");
        sold.usage("2026-01-10T00:00:00Z", "2026-04-03T00:00:00Z", "-3");
        sold.turn("2026-05-02T00:00:00Z");
        List<String> waves = new ArrayList<>();
        for (int invoice = 1; invoice <= 3; invoice++) {
            JsonNode explained = explained(invoice, "late_usage");
            waves.add(explained.at("/line/amount").textValue() + ": " + target(explained) + " less "
                    + text(explained.get("billed_before")) + " of " + values(explained));
        }
        assertEquals(
                List.of(
                        "5.00: 15 at 30.00 and 0.00 to the minimum less {'quantity':'10','amount':'25.00'} of [10, 5]",
                        "14.00: 22 at 44.00 and 0.00 to the minimum less {'quantity':'15','amount':'30.00'}"
                                + " of [10, 5, 7]",
                        "-6.00: 19 at 38.00 and 0.00 to the minimum less {'quantity':'22','amount':'44.00'}"
                                + " of [10, -3, 5, 7]"),
                waves);
    }

    @Test
    void shouldExplainWhatOthersHadBilledBeforeANewRevision() {
        sold.subscribe("'items':[{'price':'calls'}]");
        sold.usage("2026-01-10T00:00:00Z", "10");
        sold.usage("2026-01-11T00:00:00Z", "2026-02-03T00:00:00Z", "5");
        sold.turn("2026-03-02T00:00:00Z");
        sold.voidInvoice(0, true);
        JsonNode explained = explained(2, "late_usage");
        assertEquals("calls, billed before", explained.at("/line/description").textValue());
        assertEquals("-5.00", explained.at("/line/amount").textValue());
        assertEquals("null", text(explained.get("target")));
        assertEquals("{'quantity':'5','amount':'5.00'}", text(explained.get("billed_before")));
        assertEquals("15.00", explained(2, "usage").at("/rounding/amount").textValue());
        assertEquals(List.of("10", "5"), values(explained(2, "usage")));
    }

    /** 10 were billed and 5 waived; of 8 less, 5 are no longer waived and 3 are given back. */
    @Test
    void shouldTellAFallThatWasWaivedFromOneThatIsGivenBack() {
        API.policies(sold.calls(), "{'late_usage':'record_only'}");
        sold.subscribe("'items':[{'price':'calls'}]");
        sold.usage("2026-01-10T00:00:00Z", "10");
        sold.usage("2026-01-11T00:00:00Z", "2026-02-03T00:00:00Z", "5");
        sold.usage("2026-01-12T00:00:00Z", "2026-03-05T00:00:00Z", "-8");
        sold.turn("2026-04-02T00:00:00Z");
        JsonNode explained = explained(2, "late_usage");
        assertEquals("-3 -3.00", quantity(explained));
        assertEquals("7 at 7.00 and 0.00 to the minimum", target(explained));
        assertEquals(
                "{'quantity':'15','amount':'15.00','waived':{'quantity':'5','amount':'5.00'}}",
                text(explained.get("billed_before")));
    }

    @Test
    void shouldSayThatLateUsageIsOfATrial() {
        sold.subscribe("'items':[{'price':'calls'}],'trial_days':14");
        sold.usage("2026-01-10T00:00:00Z", "2026-02-03T00:00:00Z", "5");
        sold.turn("2026-02-16T00:00:00Z");
        JsonNode explained = explained(1, "late_usage");
        assertEquals("0.00 true", explained.at("/line/amount").textValue() + " " + explained.get("trial"));
        assertEquals("5 at 0.00 and 0.00 to the minimum", target(explained));
        assertEquals("false", explained(1, "usage").get("trial").toString());
    }

    /** A void of the maximum leaves a row that replaces what was accepted before it; without a value when nothing is left. */
    @Test
    void shouldExplainAMaximumByTheRowsThatReplaceEarlierOnes() {
        API.defineMeter(sold.calls(), "peak", Aggregation.MAX);
        sold.price("peak", "'type':'usage','meter':'peak'", "'model':'per_unit','unit_amount':'2'");
        sold.subscribe("'items':[{'price':'peak'}]");
        peak("2026-01-10T00:00:00Z", "2026-01-10T00:00:00Z", "50", 2, false);
        peak("2026-01-10T00:00:00Z", "2026-01-12T07:00:00Z", "20", 1, true);
        peak("2026-01-11T00:00:00Z", "2026-01-11T00:00:00Z", "30", 1, false);
        peak("2026-01-11T00:00:00Z", "2026-02-03T00:00:00Z", "NULL", 0, true);
        sold.turn("2026-03-02T00:00:00Z");
        JsonNode first = explained(0, "usage");
        assertEquals("30 60.00", quantity(first));
        assertEquals("greatest", first.at("/measurements/0/composition").textValue());
        assertEquals(List.of("2026-01-10T00:00:00Z 20 true", "2026-01-11T00:00:00Z 30 false"), rows(first));
        JsonNode late = explained(1, "late_usage");
        assertEquals("-10 -20.00", quantity(late));
        assertEquals("20 at 40.00 and 0.00 to the minimum", target(late));
        assertEquals("{'quantity':'30','amount':'60.00'}", text(late.get("billed_before")));
        assertEquals(List.of("2026-01-10T00:00:00Z 20 true", "2026-01-11T00:00:00Z null true"), rows(late));
        assertEquals(List.of(), sold.differences());
    }

    private void peak(String windowStart, String acceptedHour, String value, int events, boolean resets) {
        new UsageRow(BillingApi.organization(sold.calls()), "peak", "ann", windowStart, acceptedHour)
                .insert(API, value, events, resets);
    }

    /** The explanation of the only line of a kind; it matches. */
    private JsonNode explained(int invoiceIndex, String kind) {
        JsonNode invoice = sold.invoices().get(invoiceIndex);
        List<String> lines = new ArrayList<>();
        invoice.get("lines").forEach(line -> {
            if (line.get("kind").textValue().equals(kind)) {
                lines.add(line.get("id").textValue());
            }
        });
        assertEquals(1, lines.size(), invoice.toString());
        JsonNode explained = sold.calls()
                .get("/v1/invoices/" + invoice.get("id").textValue() + "/lines/" + lines.getFirst() + "/explain");
        assertEquals("true", explained.get("matches").toString());
        return explained;
    }

    private static String target(JsonNode explained) {
        JsonNode target = explained.get("target");
        return target.path("quantity").textValue() + " at "
                + target.path("amount").textValue() + " and "
                + target.path("to_minimum").textValue() + " to the minimum";
    }

    private static String quantity(JsonNode explained) {
        return explained.at("/line/quantity").textValue() + " "
                + explained.at("/line/amount").textValue();
    }

    private static List<String> values(JsonNode explained) {
        List<String> values = new ArrayList<>();
        explained.at("/windows/data").forEach(row -> values.add(row.get("value").textValue()));
        return values;
    }

    private static List<String> rows(JsonNode explained) {
        List<String> rows = new ArrayList<>();
        explained
                .at("/windows/data")
                .forEach(row -> rows.add(row.get("window_start").textValue() + " "
                        + row.get("value").textValue() + " " + row.get("replaces_earlier")));
        return rows;
    }

    private static String text(JsonNode json) {
        return json.toString().replace('"', '\'');
    }
}
