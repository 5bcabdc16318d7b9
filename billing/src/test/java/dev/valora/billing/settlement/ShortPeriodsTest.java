package dev.valora.billing.settlement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.valora.billing.BillingApi;
import dev.valora.billing.SoldMonths;
import dev.valora.ingest.Calls;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Licences by every interval from every kind of day: what the first periods are, and what a stub before the anchor costs. */
final class ShortPeriodsTest {

    @AutoClose
    private static final BillingApi API = new BillingApi("2026-01-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        EUR | 31   | 'interval':'month'                     | 'start_date':'2026-01-10','anchor_day':1   | 2026-02-01 | 01-10/02-01 22.00, 02-01/03-01 31.00
        EUR | 31   | 'interval':'month'                     | 'start_date':'2026-01-31'                  | 2026-04-01 | 01-31/02-28 31.00, 02-28/03-31 31.00, 03-31/04-30 31.00
        EUR | 31   | 'interval':'month'                     | 'start_date':'2026-01-31','anchor_day':31  | 2026-04-01 | 01-31/02-28 31.00, 02-28/03-31 31.00, 03-31/04-30 31.00
        EUR | 28   | 'interval':'month'                     | 'start_date':'2026-02-10','anchor_day':31  | 2026-03-01 | 02-10/02-28 18.00, 02-28/03-31 28.00
        EUR | 29   | 'interval':'month'                     | 'start_date':'2026-02-10','anchor_day':30  | 2026-03-01 | 02-10/02-28 18.00, 02-28/03-30 29.00
        EUR | 31   | 'interval':'month'                     | 'start_date':'2028-02-10','anchor_day':29  | 2028-03-01 | 02-10/02-29 19.00, 02-29/03-29 31.00
        EUR | 10   | 'interval':'month','interval_count':2  | 'start_date':'2026-01-31'                  | 2026-06-01 | 01-31/03-31 10.00, 03-31/05-31 10.00, 05-31/07-31 10.00
        EUR | 92   | 'interval':'quarter'                   | 'start_date':'2026-01-20','anchor_day':15  | 2026-02-16 | 01-20/02-15 26.00, 02-15/05-15 92.00
        EUR | 90   | 'interval':'quarter'                   | 'start_date':'2026-01-31'                  | 2026-08-01 | 01-31/04-30 90.00, 04-30/07-31 90.00, 07-31/10-31 90.00
        EUR | 365  | 'interval':'year'                      | 'start_date':'2026-03-15','anchor_day':1   | 2026-04-02 | 03-15/04-01 17.00, 04-01/04-01 365.00
        EUR | 100  | 'interval':'year'                      | 'start_date':'2028-02-29'                  | 2029-03-01 | 02-29/02-28 100.00, 02-28/02-28 100.00
        EUR | 10   | 'interval':'week','interval_count':2   | 'start_date':'2026-01-07'                  | 2026-01-22 | 01-07/01-21 10.00, 01-21/02-04 10.00
        EUR | 10   | 'interval':'day','interval_count':10   | 'start_date':'2026-02-20'                  | 2026-03-13 | 02-20/03-02 10.00, 03-02/03-12 10.00, 03-12/03-22 10.00
        EUR | 28   | 'interval':'month'                     | 'trial_days':40,'anchor_day':1             | 2026-03-02 | 02-10/03-01 19.00, 03-01/04-01 28.00
        JPY | 1000 | 'interval':'month'                     | 'start_date':'2026-01-10','anchor_day':1   | 2026-01-31 | 01-10/02-01 710
        KWD | 10   | 'interval':'month'                     | 'start_date':'2026-01-10','anchor_day':1   | 2026-01-31 | 01-10/02-01 7.097
        CLF | 1    | 'interval':'month'                     | 'start_date':'2026-01-10','anchor_day':1   | 2026-01-31 | 01-10/02-01 0.7097
        """)
    void shouldChargeAStubByTheFullPeriodThatContainsIt(
            String currency, String amount, String interval, String members, String until, String expected) {
        SoldMonths clock = new SoldMonths(API);
        Calls seller = API.organization("UTC", currency, BillingApi::routes);
        seller.post("/v1/products", "{'code':'api','name':'API'}");
        seller.post(
                "/v1/prices",
                "{'code':'fee','product':'api','type':'recurring'," + interval + ",'version':{'model':'flat','amount':'"
                        + amount + "'}}");
        seller.post("/v1/customers", "{'key':'ann','name':'Ann'}");
        seller.post("/v1/subscriptions", "{'customer':'ann','items':[{'price':'fee'}]," + members + "}");
        clock.turn(until + "T12:00:00Z");
        List<String> lines = new ArrayList<>();
        seller.get("/v1/invoices?limit=500")
                .get("data")
                .forEach(invoice -> invoice.get("lines")
                        .forEach(line -> lines.add(line.at("/service_period/start")
                                        .textValue()
                                        .substring(5) + "/"
                                + line.at("/service_period/end").textValue().substring(5) + " "
                                + line.get("amount").textValue())));
        assertEquals(expected, String.join(", ", lines));
    }
}
