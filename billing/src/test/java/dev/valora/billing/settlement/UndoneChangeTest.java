package dev.valora.billing.settlement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.BillingApi;
import dev.valora.billing.SoldMonths;
import dev.valora.ingest.Calls;
import dev.valora.ingest.HttpVerb;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changes that are undone on their own day: what is charged is what would have been without them. */
final class UndoneChangeTest {

    @AutoClose
    private static final BillingApi API = new BillingApi("2026-01-01T00:00:00Z");

    private static final String SUPPORT = "'items':[{'price':'support'}]";

    private final SoldMonths sold = new SoldMonths(API);

    @BeforeEach
    void sellSupportAndYears() {
        sold.price("support", "'type':'recurring'", "'model':'flat','amount':'62'");
        sold.yearly();
    }

    @Test
    void shouldChargeToTheEndOfThePeriodAsWithoutTheChangeThatIsUndone() {
        changeAndUndo("'items':[{'price':'seats','quantity':3}]");
        sold.expect(
                "2026-01-01 recurring base 2026-01-01/2026-02-01 1 31.00",
                "2026-02-01 recurring support 2026-02-01/2026-03-01 1 62.00");
    }

    @Test
    void shouldChargeToTheEndOfThePeriodAsWithoutTheIntervalThatIsUndone() {
        changeAndUndo("'items':[{'price':'yearly'}]");
        // The period that began on the 20th stays, and its days of the base fee move to it.
        sold.expect(
                "2026-01-01 recurring base 2026-01-01/2026-02-01 1 31.00",
                "2026-01-20 proration base, unused days 2026-01-20/2026-02-01 1 -12.00",
                "2026-01-20 recurring base 2026-01-20/2026-02-01 1 12.00",
                "2026-02-01 recurring support 2026-02-01/2026-03-01 1 62.00");
    }

    @Test
    void shouldNotChargeBesideWhatComesBackWithoutProrationWhatHadReplacedItOnTheDay() {
        String id = sold.subscribe("'items':[{'price':'base'}]");
        sold.turn("2026-01-20T08:00:00Z");
        sold.change(id, SUPPORT);
        sold.change(id, "'proration':'none','items':[{'price':'base'}]");
        sold.turn("2026-02-01T02:00:00Z");
        sold.expect(
                "2026-01-01 recurring base 2026-01-01/2026-02-01 1 31.00",
                "2026-02-01 recurring base 2026-02-01/2026-03-01 1 31.00");
    }

    /** The last change of a day counts, as if the others had not been made. */
    @Test
    void shouldChargeAsOfTheLastChangeOfADay() {
        String id = sold.subscribe("'items':[{'price':'base'}]");
        sold.turn("2026-01-20T08:00:00Z");
        sold.change(id, SUPPORT);
        sold.change(id, "'proration':'none','items':[{'price':'seats','quantity':2}]");
        sold.turn("2026-02-01T02:00:00Z");
        sold.expect(
                "2026-01-01 recurring base 2026-01-01/2026-02-01 1 31.00",
                "2026-02-01 recurring seats 2026-02-01/2026-03-01 2 20.00");
    }

    @Test
    void shouldRefuseToReplaceAnIntervalOfTheDayWithoutProrationUnlessItIsUndone() {
        String id = sold.subscribe("'items':[{'price':'base'}]");
        sold.turn("2026-01-20T08:00:00Z");
        sold.change(id, "'items':[{'price':'yearly'}]");
        assertEquals(
                List.of("/proration interval_needs_proration"),
                sold.calls()
                        .fieldProblems(
                                HttpVerb.POST,
                                "/v1/subscriptions/" + id + "/change",
                                "{'proration':'none','items':[{'price':'yearly','quantity':2}]}"));
        sold.change(id, "'proration':'none','items':[{'price':'base'}]");
        sold.turn("2026-02-01T02:00:00Z");
        // The period that began on the 20th stays, and its days of the base fee move to it.
        sold.expect(
                "2026-01-01 recurring base 2026-01-01/2026-02-01 1 31.00",
                "2026-01-20 proration base, unused days 2026-01-20/2026-02-01 1 -12.00",
                "2026-01-20 recurring base 2026-01-20/2026-02-01 1 12.00",
                "2026-02-01 recurring base 2026-02-01/2026-03-01 1 31.00");
    }

    /** A plan that comes back on the day has the quantities that it had. */
    @Test
    void shouldComeBackInTheQuantityItHad() {
        sold.calls().post("/v1/plans", "{'code':'team','name':'Team','prices':['seats']}");
        sold.calls().post("/v1/plans", "{'code':'help','name':'Help','prices':['support']}");
        String id = sold.subscribe("'items':[{'price':'seats','quantity':5}]");
        sold.turn("2026-01-20T08:00:00Z");
        sold.change(id, "'plan':'help'");
        sold.change(id, "'plan':'team'");
        sold.turn("2026-02-01T02:00:00Z");
        sold.expect(
                "2026-01-01 recurring seats 2026-01-01/2026-02-01 5 50.00",
                "2026-02-01 recurring seats 2026-02-01/2026-03-01 5 50.00");
    }

    /** A plan that takes no new subscriptions is kept by those that have it. */
    @Test
    void shouldChangeNothingWhenAnArchivedPlanIsAskedForAgain() {
        String id = sold.subscribe("'plan':'pro'");
        Calls.json(sold.calls().call(HttpVerb.POST, "/v1/plans/pro/archive", null), 200);
        JsonNode before = sold.calls().get("/v1/subscriptions/" + id);
        assertEquals(before, sold.change(id, "'plan':'pro'"));
    }

    /** An interval that was to begin inside a period that was charged already is undone on its own day. */
    @Test
    void shouldUndoAnIntervalThatLiesAhead() {
        String id = sold.subscribe("'items':[{'price':'base'}]");
        sold.turn("2026-01-10T08:00:00Z");
        sold.change(id, "'effective_date':'2026-01-20','items':[{'price':'yearly'}]");
        sold.change(id, "'effective_date':'2026-01-20','items':[{'price':'base'}]");
        sold.turn("2026-02-01T02:00:00Z");
        sold.expect(
                "2026-01-01 recurring base 2026-01-01/2026-02-01 1 31.00",
                "2026-02-01 recurring base 2026-02-01/2026-03-01 1 31.00");
    }

    /** The year was given back and would be charged again only at its end. */
    @Test
    void shouldRefuseALongerIntervalThatComesBackOnceTheShorterOneIsCharged() {
        String id = sold.subscribe("'items':[{'price':'yearly'}]");
        sold.turn("2026-03-10T00:00:00Z");
        sold.change(id, "'items':[{'price':'base'}]");
        sold.turn("2026-03-10T12:00:00Z");
        assertEquals(
                List.of("/effective_date period_charged"),
                sold.calls()
                        .fieldProblems(
                                HttpVerb.POST,
                                "/v1/subscriptions/" + id + "/change",
                                "{'items':[{'price':'yearly'}]}"));
    }

    /** Support without proration instead of base, on the 20th something else, and support again. */
    private void changeAndUndo(String change) {
        String id = sold.subscribe("'items':[{'price':'base'}]");
        sold.turn("2026-01-10T08:00:00Z");
        sold.change(id, "'proration':'none'," + SUPPORT);
        sold.turn("2026-01-20T08:00:00Z");
        sold.change(id, change);
        sold.change(id, SUPPORT);
        sold.turn("2026-02-01T02:00:00Z");
    }
}
