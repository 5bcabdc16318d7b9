package dev.valora.billing.settlement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.BillingApi;
import dev.valora.billing.SoldMonths;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Changes without proration, from the request to the invoices: what ends is charged to the end of the period. */
final class UnproratedChangeTest {

    @AutoClose
    private static final BillingApi API = new BillingApi("2026-01-01T00:00:00Z");

    private final SoldMonths sold = new SoldMonths(API);

    /** It is known which of the two came in the place of the one that ended, so that no day is charged to nobody. */
    @Test
    void shouldChargeWhatWasReplacedThoughItCameBackBesideItsSuccessorAndWasDroppedAgain() {
        String id = sold.subscribe("'items':[{'price':'base'}]");
        sold.turn("2026-01-10T08:00:00Z");
        sold.change(id, "'proration':'none','items':[{'price':'seats','quantity':2}]");
        sold.turn("2026-01-15T08:00:00Z");
        sold.change(id, "'proration':'none','items':[{'price':'base'},{'price':'seats','quantity':2}]");
        sold.turn("2026-01-20T08:00:00Z");
        sold.change(id, "'items':[{'price':'seats','quantity':2}]");
        sold.turn("2026-02-01T02:00:00Z");
        sold.expect(
                "2026-01-01 recurring base 2026-01-01/2026-02-01 1 31.00",
                "2026-02-01 recurring seats 2026-02-01/2026-03-01 2 20.00");
    }

    /** What is asked for again changes nothing, also when the period that it was to begin with runs and was charged. */
    @Test
    void shouldChangeNothingWhenTheSameIsAskedForAgain() {
        String id = sold.subscribe("'items':[{'price':'base'}]");
        String seats = "'effective_date':'2026-02-01','proration':'none','items':[{'price':'seats','quantity':2}]";
        sold.turn("2026-01-20T08:00:00Z");
        sold.change(id, seats);
        sold.turn("2026-02-03T08:00:00Z");
        JsonNode before = sold.calls().get("/v1/subscriptions/" + id);
        assertEquals(before, sold.change(id, seats));
        sold.turn("2026-03-01T02:00:00Z");
        sold.expect(
                "2026-01-01 recurring base 2026-01-01/2026-02-01 1 31.00",
                "2026-02-01 recurring seats 2026-02-01/2026-03-01 2 20.00",
                "2026-03-01 recurring seats 2026-03-01/2026-04-01 2 20.00");
    }

    /** Without proration what is bought waits for the end of the period, though the subscription was to end before it. */
    @Test
    void shouldChargeFromTheEndOfThePeriodThoughAnEndWasTakenBack() {
        String id = sold.subscribe("'items':[{'price':'base'}]");
        sold.turn("2026-01-10T08:00:00Z");
        sold.cancel(id, "{'at':'date','date':'2026-01-25'}");
        sold.change(id, "'proration':'none','items':[{'price':'seats','quantity':2}]");
        sold.turn("2026-01-22T08:00:00Z");
        sold.act("subscriptions/" + id + "/uncancel", "{}");
        sold.turn("2026-02-01T02:00:00Z");
        sold.expect(
                "2026-01-01 recurring base 2026-01-01/2026-02-01 1 31.00",
                "2026-02-01 recurring seats 2026-02-01/2026-03-01 2 20.00");
    }

    /** What was to wait for the end of a period waits for that of the one which begins when a trial ends early. */
    @Test
    void shouldFollowThePeriodsWhenATrialEndsEarly() {
        String id = sold.subscribe("'trial_days':14,'items':[{'price':'base'}]");
        sold.turn("2026-01-03T08:00:00Z");
        sold.change(id, "'effective_date':'2026-01-20','proration':'none','items':[{'price':'seats','quantity':2}]");
        sold.turn("2026-01-05T08:00:00Z");
        sold.act("subscriptions/" + id + "/end_trial", "{}");
        sold.turn("2026-02-05T02:00:00Z");
        sold.expect(
                "2026-01-05 recurring base 2026-01-05/2026-02-05 1 31.00",
                "2026-02-05 recurring seats 2026-02-05/2026-03-05 2 20.00");
    }

    /** Another interval that began with its period is charged with it, also what is bought beside it once the period runs. */
    @Test
    void shouldChargeWithThePeriodWhatIsBoughtBesideAnotherIntervalThatBeganWithIt() {
        sold.yearly();
        String id = sold.subscribe("'items':[{'price':'base'}]");
        String from = "'effective_date':'2026-02-01','proration':'none',";
        sold.turn("2026-01-10T08:00:00Z");
        sold.change(id, from + "'items':[{'price':'yearly'}]");
        sold.turn("2026-02-03T08:00:00Z");
        sold.change(id, from + "'items':[{'price':'yearly'},{'price':'yearly','quantity':2}]");
        sold.turn("2027-01-01T02:00:00Z");
        sold.expect(
                "2026-01-01 recurring base 2026-01-01/2026-02-01 1 31.00",
                "2026-02-01 recurring yearly 2026-02-01/2027-01-01 1 334.00",
                "2027-01-01 recurring yearly 2026-02-01/2027-01-01 2 334.00",
                "2027-01-01 recurring yearly 2027-01-01/2028-01-01 1 365.00",
                "2027-01-01 recurring yearly 2027-01-01/2028-01-01 2 365.00");
    }

    /** In the trial both are the same; what was asked for last tells what holds when the trial ends early. */
    @Test
    void shouldKeepHowAChangeIsChargedThoughNothingFollowsFromItYet() {
        String id = sold.subscribe("'trial_days':30,'items':[{'price':'base'},{'price':'seats','quantity':2}]");
        String drop = "'effective_date':'2026-01-20','items':[{'price':'base'}]";
        sold.turn("2026-01-05T08:00:00Z");
        sold.change(id, drop);
        sold.change(id, "'proration':'none'," + drop);
        sold.turn("2026-01-10T08:00:00Z");
        sold.act("subscriptions/" + id + "/end_trial", "{}");
        sold.turn("2026-02-10T02:00:00Z");
        sold.expect(
                "2026-01-10 recurring base 2026-01-10/2026-02-10 1 31.00",
                "2026-01-10 recurring seats 2026-01-10/2026-02-10 2 20.00",
                "2026-02-10 recurring base 2026-02-10/2026-03-10 1 31.00");
    }
}
