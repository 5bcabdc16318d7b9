package dev.valora.billing.settlement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.BillingApi;
import dev.valora.billing.SoldMonths;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A monthly subscription becomes yearly and is canceled, both on January 10. */
final class CanceledIntervalTest {

    @AutoClose
    private static final BillingApi API = new BillingApi("2026-01-01T00:00:00Z");

    private final SoldMonths sold = new SoldMonths(API);

    @ParameterizedTest
    @CsvSource({
        // yearly from, over on, the last day's interval
        "2026-02-01, 2026-01-25, month",
        "2026-01-25, 2026-01-25, month",
        "2026-01-20, 2026-01-25, year",
        "2026-01-10, 2026-01-25, year",
    })
    void shouldShowTheIntervalInForceAtItsEnd(String changed, String over, String interval) {
        sold.yearly();
        String id = sold.subscribe("'items':[{'price':'base'}]");
        sold.turn("2026-01-10T08:00:00Z");
        sold.change(id, "'effective_date':'" + changed + "','items':[{'price':'yearly'}]");
        sold.cancel(id, "{'at':'date','date':'" + over + "'}");
        for (String day : new String[] {"2026-01-25T02:00:00Z", "2026-02-03T00:00:00Z", "2026-08-01T00:00:00Z"}) {
            sold.turn(day);
            JsonNode subscription = sold.calls().get("/v1/subscriptions/" + id);
            assertEquals("canceled", subscription.get("status").textValue());
            assertEquals(interval, subscription.get("interval").textValue(), day);
        }
    }

    /** It never began: what counts is what it would have begun with. */
    @Test
    void shouldShowTheIntervalOfItsStartWhenItWasOverBefore() {
        sold.yearly();
        String id = sold.subscribe("'start_date':'2026-02-01','items':[{'price':'base'}]");
        sold.change(id, "'effective_date':'2026-02-01','items':[{'price':'yearly'}]");
        sold.cancel(id, "{'at':'now'}");
        JsonNode subscription = sold.calls().get("/v1/subscriptions/" + id);
        assertEquals("canceled", subscription.get("status").textValue());
        assertEquals("year", subscription.get("interval").textValue());
    }
}
