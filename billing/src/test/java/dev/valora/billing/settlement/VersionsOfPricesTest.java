package dev.valora.billing.settlement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.valora.billing.BillingApi;
import dev.valora.billing.SoldMonths;
import dev.valora.ingest.Aggregation;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Which version a cycle is charged under stays with the cycle, also when it was not in force while the item lived. */
final class VersionsOfPricesTest {

    @AutoClose
    private static final BillingApi API = new BillingApi("2026-01-01T00:00:00Z");

    private final SoldMonths sold = new SoldMonths(API);

    @Test
    void shouldChargeAMaximumUnderTheVersionOfTheCyclesFirstDayWhereTheItemBeginsLater() {
        API.defineMeter(sold.calls(), "peak", Aggregation.MAX);
        sold.price("peak", "'type':'usage','meter':'peak'", "'model':'per_unit','unit_amount':'2'");
        sold.calls()
                .post(
                        "/v1/prices/peak/versions",
                        "{'effective_from':'2026-01-15','model':'per_unit','unit_amount':'3','minimum_amount':'62'}");
        String id = sold.subscribe("'items':[{'price':'base'}]");
        sold.turn("2026-01-25T08:00:00Z");
        sold.change(id, "'items':[{'price':'base'},{'price':'peak'}]");
        sold.usageOf("peak", "2026-01-26T00:00:00Z", "2026-01-26T00:00:00Z", "5");
        sold.usageOf("peak", "2026-02-03T00:00:00Z", "2026-02-03T00:00:00Z", "30");
        sold.turn("2026-03-02T00:00:00Z");
        // 5 x 2 under the first; the minimum of the last day, 62, for 7 of 31 days. From February on 30 x 3.
        assertEquals(
                List.of(
                        "2026-02-01 usage peak 2026-01-25/2026-02-01 5 10.00",
                        "2026-02-01 minimum peak, up to the minimum 2026-01-25/2026-02-01 null 4.00",
                        "2026-03-01 usage peak 2026-02-01/2026-03-01 30 90.00"),
                peaks());
        assertEquals(List.of(), sold.differences());
    }

    @Test
    void shouldTakeTheMinimumOfTheCyclesLastDayWhereTheItemEndsBefore() {
        sold.price("floor", "'type':'usage','meter':'calls'", "'model':'per_unit','unit_amount':'1'");
        sold.calls()
                .post(
                        "/v1/prices/floor/versions",
                        "{'effective_from':'2026-01-21','model':'per_unit','unit_amount':'3','minimum_amount':'62'}");
        String id = sold.subscribe("'items':[{'price':'base'},{'price':'floor'}]");
        sold.usage("2026-01-02T00:00:00Z", "5");
        sold.turn("2026-01-11T08:00:00Z");
        sold.change(id, "'items':[{'price':'base'}]");
        sold.turn("2026-02-02T00:00:00Z");
        assertEquals(
                List.of(
                        "2026-02-01 usage floor 2026-01-01/2026-01-11 5 5.00",
                        "2026-02-01 minimum floor, up to the minimum 2026-01-01/2026-01-11 null 15.00"),
                sold.lines().stream().filter(line -> line.contains("floor")).toList());
        assertEquals(List.of(), sold.differences());
    }

    private List<String> peaks() {
        return sold.lines().stream().filter(line -> line.contains("peak")).toList();
    }
}
