package dev.valora.billing.invoices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.aggregator.QuantityQuestion;
import dev.valora.aggregator.QuantityReader;
import dev.valora.aggregator.WindowRow;
import dev.valora.aggregator.store.PgQuantityReader;
import dev.valora.billing.BillingApi;
import dev.valora.billing.invoice.DerivedId;
import dev.valora.billing.schedule.BillingRun;
import dev.valora.ingest.Calls;
import dev.valora.ingest.Database;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Quantity;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ExplainRoutesTest {

    @AutoClose
    private static final BillingApi API = new BillingApi("2026-01-01T00:00:00Z");

    private final FinalizedInvoices invoices = new FinalizedInvoices(API);
    private final Calls calls = invoices.calls();
    private UUID invoice = new UUID(0, 0);

    /** 1000 x 0.05 + 500 x 0.02 + 5, and 49 for the next month. */
    @BeforeEach
    void finalizeAnInvoice() {
        JsonNode subscription = invoices.subscribe("c 1");
        invoices.usage("c 1", "2026-01-05T10:00:00Z", "2026-01-05T10:00:00Z", "1200");
        invoices.usage("c 1", "2026-01-31T23:00:00Z", "2026-02-01T00:00:00Z", "300.5");
        invoices.usage("c 1", "2026-01-05T10:00:00Z", "2026-01-07T09:00:00Z", "-0.5");
        // Of February, and accepted after the cut.
        invoices.usage("c 1", "2026-02-01T00:00:00Z", "2026-02-01T00:00:00Z", "7");
        invoices.usage("c 1", "2026-01-05T11:00:00Z", "2026-02-01T01:00:00Z", "9");
        invoice = invoices.write(subscription, 1);
    }

    @Test
    void shouldLeadFromAUsageLineToItsStepsAndWindowsAndEvents() {
        JsonNode explained = explain(0, "");
        assertEquals(invoice.toString(), explained.get("invoice").textValue());
        assertEquals("true", explained.get("matches").toString());
        assertEquals(line(0), explained.get("line"));
        assertEquals(
                "{'code':'calls','name':'Calls','version':{'version':1,'effective_from':null,'model':'graduated','tiers':["
                        + "{'up_to':'1000','unit_amount':'0.05','flat_amount':'0'},"
                        + "{'up_to':null,'unit_amount':'0.02','flat_amount':'5'}]}}",
                text(explained.get("price")));
        assertEquals(
                "[{'tier':1,'above':'0','up_to':'1000','quantity':'1000','unit_amount':'0.05','flat_amount':'0','amount':'50'},"
                        + "{'tier':2,'above':'1000','up_to':null,'quantity':'500','unit_amount':'0.02','flat_amount':'5',"
                        + "'amount':'15'}]",
                text(explained.get("steps")));
        assertEquals("'0'", text(explained.get("continues_at")));
        assertEquals("{'days':1,'of':1}", text(explained.get("proration")));
        assertEquals("{'exact':'65','mode':'half_up','exponent':2,'amount':'65.00'}", text(explained.get("rounding")));
        assertEquals(
                "[{'meter':'calls','composition':'add','days':{'start':'2026-01-01','end':'2026-02-01'},"
                        + "'cut':{'from':'2026-01-01T00:00:00Z','to':'2026-02-01T00:00:00Z',"
                        + "'accepted_before':'2026-02-01T01:00:00Z'},'filter':{},'except':[],'quantity':'1500',"
                        + "'events':'/v1/usage/events?meter=calls&customer=c+1&from=2026-01-01T00%3A00%3A00Z"
                        + "&to=2026-02-01T00%3A00%3A00Z&accepted_before=2026-02-01T01%3A00%3A00Z'}]",
                text(explained.get("measurements")));
        assertEquals(
                "{'measurement':0,'window_start':'2026-01-05T10:00:00Z','window_end':'2026-01-05T11:00:00Z',"
                        + "'accepted_hour':'2026-01-05T10:00:00Z','dimensions':{},'value':'1200','count':1,"
                        + "'replaces_earlier':false,'first_position':'0/1','last_position':'0/1',"
                        + "'events':'/v1/usage/events?meter=calls&customer=c+1&from=2026-01-05T10%3A00%3A00Z"
                        + "&to=2026-01-05T11%3A00%3A00Z&accepted_from=2026-01-05T10%3A00%3A00Z"
                        + "&accepted_before=2026-01-05T11%3A00%3A00Z&fate=any'}",
                text(explained.at("/windows/data/0")));
        assertEquals(List.of("1200", "-0.5", "300.5"), values(explained));
    }

    @Test
    void shouldExplainALicenceWithoutMeasurements() {
        JsonNode explained = explain(1, "");
        assertEquals("true", explained.get("matches").toString());
        assertEquals(
                "[{'tier':1,'quantity':'1','unit_amount':'49','flat_amount':'0','amount':'49'}]",
                text(explained.get("steps")));
        assertEquals("{'days':1,'of':1}", text(explained.get("proration")));
        assertEquals("{'exact':'49','mode':'half_up','exponent':2,'amount':'49.00'}", text(explained.get("rounding")));
        assertEquals("[]", text(explained.get("measurements")));
        assertEquals("{'data':[],'next_cursor':null}", text(explained.get("windows")));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 50})
    void shouldShowEveryWindowOnceOverAllPages(int limit) {
        List<String> values = new ArrayList<>();
        String query = "?limit=" + limit;
        JsonNode cursor;
        do {
            JsonNode page = explain(0, query);
            values.addAll(values(page));
            cursor = page.at("/windows/next_cursor");
            query = "?limit=" + limit + "&cursor=" + cursor.textValue();
        } while (!cursor.isNull());
        assertEquals(List.of("1200", "-0.5", "300.5"), values);
        assertEquals(
                line(0).get("quantity").textValue(),
                values.stream()
                        .map(BigDecimal::new)
                        .reduce(BigDecimal.ZERO, BigDecimal::add)
                        .stripTrailingZeros()
                        .toPlainString());
    }

    /** Through the billing run: January again in February, since usage came in after its cut. */
    @Test
    void shouldExplainLateUsageByWhatTheCycleCostsNowAndWhatWasBilled() {
        API.turnClockTo("2026-01-01T00:00:00Z");
        FinalizedInvoices sold = new FinalizedInvoices(API);
        sold.subscribe("late");
        BillingRun run = API.run(API.database(), 500);
        sold.usage("late", "2026-01-05T10:00:00Z", "2026-01-05T10:00:00Z", "900");
        API.turnClockTo("2026-02-02T00:00:00Z");
        run.doAllDue();
        sold.usage("late", "2026-01-06T10:00:00Z", "2026-02-03T00:00:00Z", "200");
        API.turnClockTo("2026-03-02T00:00:00Z");
        run.doAllDue();
        JsonNode explained = explainOnly(sold.calls(), 2, "late_usage");
        assertEquals("true", explained.get("matches").toString());
        assertEquals("'12.00'", text(explained.at("/line/amount")));
        assertEquals(
                "{'quantity':'1100','amount':'57.00','parts':[{'version':1,"
                        + "'service_period':{'start':'2026-01-01','end':'2026-02-01'},'quantity':'1100','steps':["
                        + "{'tier':1,'above':'0','up_to':'1000','quantity':'1000','unit_amount':'0.05','flat_amount':'0',"
                        + "'amount':'50'},{'tier':2,'above':'1000','up_to':null,'quantity':'100','unit_amount':'0.02',"
                        + "'flat_amount':'5','amount':'7'}],'amount':'57.00'}],'to_minimum':'0.00','to_maximum':'0.00'}",
                text(explained.get("target")));
        assertEquals("{'quantity':'900','amount':'45.00'}", text(explained.get("billed_before")));
        assertEquals(List.of("900", "200"), values(explained));
    }

    /** The base fee of January was billed on its first day and ends on the 18th: 49 x 14/31 is 22.129… */
    @Test
    void shouldExplainDaysGivenBackByTheirFraction() {
        API.turnClockTo("2026-01-01T00:00:00Z");
        FinalizedInvoices sold = new FinalizedInvoices(API);
        JsonNode subscription = sold.subscribe("changed");
        BillingRun run = API.run(API.database(), 500);
        run.doAllDue();
        API.turnClockTo("2026-01-18T00:00:00Z");
        run.doAllDue();
        sold.calls()
                .call(
                        HttpVerb.POST,
                        "/v1/subscriptions/" + subscription.get("id").textValue() + "/change",
                        "{'items':[{'price':'calls'}]}");
        API.turnClockTo("2026-02-02T00:00:00Z");
        run.doAllDue();
        JsonNode explained = explainOnly(sold.calls(), 1, "proration");
        assertEquals("true", explained.get("matches").toString());
        assertEquals("'-22.13'", text(explained.at("/line/amount")));
        assertEquals("{'days':14,'of':31}", text(explained.get("proration")));
        assertEquals("{'exact':'49','mode':'half_up','exponent':2,'amount':'22.13'}", text(explained.get("rounding")));
        assertEquals("true '0.00'", text(explained.get("given_back")) + " " + text(explained.get("to_bounds")));
        assertEquals("'base'", text(explained.at("/price/code")));
    }

    /** The explanation of the only line of a kind. */
    private static JsonNode explainOnly(Calls seller, int invoiceIndex, String kind) {
        JsonNode found = seller.get("/v1/invoices").at("/data/" + invoiceIndex);
        List<String> lines = new ArrayList<>();
        found.path("lines").forEach(line -> {
            if (line.get("kind").textValue().equals(kind)) {
                lines.add(line.get("id").textValue());
            }
        });
        assertEquals(1, lines.size(), found.toString());
        return seller.get("/v1/invoices/" + found.get("id").textValue() + "/lines/" + lines.getFirst() + "/explain");
    }

    @Test
    void shouldSayThatALineIsNoLongerAsItWasFinalized() {
        API.asSuperuser(
                "UPDATE billing.invoices SET lines = jsonb_set(lines::jsonb, '{0,amount}', '\"64.99\"') WHERE id = '"
                        + invoice + "'");
        assertEquals("false", explain(0, "").get("matches").toString());
        assertEquals("true", explain(1, "").get("matches").toString());
        API.asSuperuser("UPDATE billing.invoices SET terms = terms::jsonb - 'closing' WHERE id = '" + invoice + "'");
        assertEquals(
                "invoice_changed",
                calls.problem(HttpVerb.GET, path(0, ""), null).code());
    }

    @Test
    void shouldNotTakeABugForADamagedInvoice() {
        QuantityReader broken = new QuantityReader() {
            @Override
            public List<Quantity> read(
                    Database.Transaction transaction, OrganizationId organization, List<QuantityQuestion> questions) {
                return new PgQuantityReader().read(transaction, organization, questions);
            }

            @Override
            public List<WindowRow> rows(
                    Database.Transaction transaction,
                    OrganizationId organization,
                    List<QuantityQuestion> questions,
                    long skip,
                    int limit) {
                throw new IllegalStateException("a bug");
            }
        };
        Calls asked = new Calls(
                new ExplainRoutes(API.database(), broken, API.organizations()).routes(), calls.organization());
        assertThrows(IllegalStateException.class, () -> asked.call(HttpVerb.GET, path(0, ""), null));
    }

    /** What a line has become says nothing about where its amount came from. */
    @Test
    void shouldExplainWhatALineWasMadeOfWhateverBecameOfIt() {
        API.asSuperuser(
                "UPDATE billing.invoices SET lines = jsonb_set(lines::jsonb, '{0}', '{\"kind\": \"red\"}') WHERE id = '"
                        + invoice + "'");
        JsonNode explained = explain(0, "");
        assertEquals("false", explained.get("matches").toString());
        assertEquals("'red'", text(explained.at("/line/kind")));
        assertEquals(2, explained.get("line").size());
        assertEquals("'65.00'", text(explained.at("/rounding/amount")));
        assertEquals(List.of("1200", "-0.5", "300.5"), values(explained));
        API.asSuperuser("UPDATE billing.invoices SET lines = lines::jsonb || '[{}]' WHERE id = '" + invoice + "'");
        assertEquals(
                "invoice_changed",
                calls.problem(HttpVerb.GET, path(2, ""), null).code());
    }

    @Test
    void shouldNotKnowLinesThatAreNotThere() {
        String id = "/v1/invoices/" + invoice + "/lines/";
        for (String line : List.of(DerivedId.line(invoice, 2).toString(), "0", new UUID(1, 2).toString())) {
            assertEquals(
                    "not_found",
                    calls.problem(HttpVerb.GET, id + line + "/explain", null).code());
        }
        assertEquals(
                "not_found",
                calls.problem(HttpVerb.GET, path(0, "").replace(invoice.toString(), new UUID(1, 2).toString()), null)
                        .code());
        assertEquals(
                "not_found",
                API.organization("UTC", api -> calls.routes())
                        .problem(HttpVerb.GET, path(0, ""), null)
                        .code());
    }

    @Test
    void shouldRefuseQueriesThatItDoesNotUnderstand() {
        assertEquals(
                List.of("?color unknown_parameter", "?limit out_of_range"),
                calls.fieldProblems(HttpVerb.GET, path(0, "?limit=0&color=red"), "{}"));
    }

    private JsonNode explain(int line, String query) {
        return calls.get(path(line, query));
    }

    private String path(int line, String query) {
        return "/v1/invoices/" + invoice + "/lines/" + DerivedId.line(invoice, line) + "/explain" + query;
    }

    private JsonNode line(int index) {
        return calls.get("/v1/invoices/" + invoice).at("/lines/" + index);
    }

    private static List<String> values(JsonNode explained) {
        List<String> values = new ArrayList<>();
        explained.at("/windows/data").forEach(row -> values.add(row.get("value").textValue()));
        return values;
    }

    private static String text(JsonNode json) {
        return json.toString().replace('"', '\'');
    }
}
