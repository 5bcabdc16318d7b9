package dev.valora.billing.settlement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.valora.billing.BillingApi;
import dev.valora.billing.SoldMonths;
import dev.valora.ingest.HttpVerb;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changes on the first day of a period: before the invoice that charges it is made, after that, and where there was none. */
final class FirstDayChangeTest {

    @AutoClose
    private static final BillingApi API = new BillingApi("2026-01-01T00:00:00Z");

    private final SoldMonths sold = new SoldMonths(API);

    @BeforeEach
    void sellYears() {
        sold.yearly();
    }

    @Test
    void shouldSayOnTheOpeningInvoiceWhatIsBoughtWhenItIsMade() {
        String id = sold.subscribe("'items':[{'price':'seats','quantity':2}]");
        sold.change(id, "'items':[{'price':'seats','quantity':5},{'price':'base'}]");
        sold.turn("2026-01-01T02:00:00Z");
        assertEquals(
                List.of(
                        "2026-01-01 recurring seats 2026-01-01/2026-02-01 5 50.00",
                        "2026-01-01 recurring base 2026-01-01/2026-02-01 1 31.00"),
                sold.lines());
    }

    /** What the opening invoice charged is given back whole on the next one, where what took its place is charged. */
    @Test
    void shouldCorrectTheOpeningInvoiceOnTheNextOne() {
        String id = sold.subscribe("'items':[{'price':'seats','quantity':2}]");
        sold.turn("2026-01-01T02:00:00Z");
        sold.change(id, "'items':[{'price':'seats','quantity':5}]");
        sold.turn("2026-02-01T02:00:00Z");
        assertEquals(
                List.of(
                        "2026-01-01 recurring seats 2026-01-01/2026-02-01 2 20.00",
                        "2026-02-01 proration seats, unused days 2026-01-01/2026-02-01 2 -20.00",
                        "2026-02-01 recurring seats 2026-01-01/2026-02-01 5 50.00",
                        "2026-02-01 recurring seats 2026-02-01/2026-03-01 5 50.00"),
                sold.lines());
        assertEquals(List.of(), sold.differences());
    }

    /** Without anything in advance there is no opening invoice, and the first month is charged where it ends. */
    @Test
    void shouldChargeWhatIsBoughtOnTheFirstDayWhereThereWasNoOpeningInvoice() {
        String id = sold.subscribe("'items':[{'price':'calls'}]");
        sold.turn("2026-01-01T02:00:00Z");
        assertEquals(List.of("/effective_date period_charged"), changeProblems(id, "'items':[{'price':'yearly'}]"));
        sold.change(id, "'items':[{'price':'calls'},{'price':'base'}]");
        sold.turn("2026-02-01T02:00:00Z");
        assertEquals(
                List.of(
                        "2026-02-01 usage calls 2026-01-01/2026-02-01 0 0.00",
                        "2026-02-01 recurring base 2026-01-01/2026-02-01 1 31.00",
                        "2026-02-01 recurring base 2026-02-01/2026-03-01 1 31.00"),
                sold.lines());
    }

    @Test
    void shouldChargeALongerPeriodWithTheInvoiceThatIsNotYetMade() {
        String id = sold.subscribe("'items':[{'price':'base'}]");
        sold.turn("2026-02-01T00:30:00Z");
        sold.change(id, "'items':[{'price':'yearly'}]");
        sold.turn("2026-02-01T02:00:00Z");
        assertEquals(
                List.of(
                        "2026-01-01 recurring base 2026-01-01/2026-02-01 1 31.00",
                        "2026-02-01 recurring yearly 2026-02-01/2027-01-01 1 334.00"),
                sold.lines());
        assertEquals(List.of(), sold.differences());
    }

    @Test
    void shouldTakeALongerPeriodOnTheFirstDayWhereNothingIsChargedInAdvance() {
        sold.calls()
                .post(
                        "/v1/prices",
                        "{'code':'annual','name':'annual','product':'api','type':'usage','meter':'calls','interval':'year',"
                                + "'version':{'model':'per_unit','unit_amount':'2'}}");
        String id = sold.subscribe("'items':[{'price':'calls'}]");
        sold.usage("2026-01-05T00:00:00Z", "4");
        sold.turn("2026-01-01T02:00:00Z");
        assertEquals(
                "2027-01-01",
                sold.change(id, "'items':[{'price':'annual'}]")
                        .at("/current_period/end")
                        .textValue());
        sold.turn("2027-01-01T02:00:00Z");
        assertEquals(List.of("2027-01-01 usage annual 2026-01-01/2027-01-01 4 8.00"), sold.lines());
    }

    private List<String> changeProblems(String id, String members) {
        return sold.calls().fieldProblems(HttpVerb.POST, "/v1/subscriptions/" + id + "/change", "{" + members + "}");
    }
}
