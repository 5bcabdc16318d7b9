package dev.valora.billing.settlement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.BillingApi;
import dev.valora.ingest.Calls;
import dev.valora.ingest.HttpVerb;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Amounts have the digits of their currency: none, two or three. */
final class CurrencyTest {

    @AutoClose
    private static final BillingApi API = new BillingApi("2026-01-11T00:00:00Z");

    @ParameterizedTest
    @CsvSource(textBlock = """
            # currency, 100 x 21/31, a whole month, finest adjustment, too fine, the next invoice
            JPY,        68,          100,           -1,                -1.5,     99
            EUR,        67.74,       100.00,        -0.01,             -0.001,   99.99
            BHD,        67.742,      100.000,       -0.001,            -0.0001,  99.999
            """)
    void shouldRoundToTheMinorUnit(
            String currency, String stub, String month, String fine, String tooFine, String next) {
        Calls calls = API.organization("UTC", currency, BillingApi::routes);
        calls.post("/v1/products", "{'code':'api','name':'API'}");
        calls.post(
                "/v1/prices",
                "{'code':'base','product':'api','type':'recurring','interval':'month',"
                        + "'version':{'model':'flat','amount':'100'}}");
        calls.post("/v1/customers", "{'key':'ann','name':'Ann'}");
        String id = calls.post("/v1/subscriptions", "{'customer':'ann','items':[{'price':'base'}],'anchor_day':1}")
                .get("id")
                .textValue();
        String adjustments = "/v1/subscriptions/" + id + "/adjustments";
        String rest = ",'description':'Less','reason':'test'}";
        assertEquals(
                List.of("/amount invalid_decimal"),
                calls.fieldProblems(HttpVerb.POST, adjustments, "{'amount':'" + tooFine + "'" + rest));
        assertEquals(
                fine,
                calls.post(adjustments, "{'amount':'" + fine + "'" + rest)
                        .get("amount")
                        .textValue());
        JsonNode preview = calls.get("/v1/subscriptions/" + id + "/preview");
        assertEquals(month, preview.at("/lines/0/amount").textValue());
        assertEquals(next, preview.get("total").textValue());
        API.run(API.database(), 500).doAllDue();
        JsonNode first = calls.get("/v1/invoices").at("/data/0");
        assertEquals(stub, first.get("total").textValue());
        assertEquals("{\"days\":21,\"of\":31}", first.at("/lines/0/proration").toString());
    }
}
