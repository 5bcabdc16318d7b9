package dev.valora.billing.settlement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.BillingApi;
import dev.valora.billing.SoldMonths;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Subscriptions that change, from the request to the invoices. January has 31 days, and the base fee is 31. */
final class ChangeTest {

    @AutoClose
    private static final BillingApi API = new BillingApi("2026-01-01T00:00:00Z");

    private final SoldMonths sold = new SoldMonths(API);

    @Test
    void shouldCreditWhatWasBilledInAdvanceAndChargeTheRestOfThePeriod() {
        String id = sold.subscribe("'items':[{'price':'seats','quantity':2},{'price':'base'}]");
        sold.turn("2026-01-11T08:00:00Z");
        JsonNode changed = sold.change(id, "'items':[{'price':'seats','quantity':5},{'price':'base'}]");
        assertEquals(
                List.of("seats 2 2026-01-01 2026-01-11", "base 1 2026-01-01 null", "seats 5 2026-01-11 null"),
                items(changed));
        sold.turn("2026-02-02T00:00:00Z");
        // 20 x 21/31 = 13.548…, 50 x 21/31 = 33.870…
        assertEquals(
                List.of(
                        "2026-01-01 recurring seats 2026-01-01/2026-02-01 2 20.00",
                        "2026-01-01 recurring base 2026-01-01/2026-02-01 1 31.00",
                        "2026-02-01 proration seats, unused days 2026-01-11/2026-02-01 2 -13.55",
                        "2026-02-01 proration seats, prorated 2026-01-11/2026-02-01 5 33.87",
                        "2026-02-01 recurring base 2026-02-01/2026-03-01 1 31.00",
                        "2026-02-01 recurring seats 2026-02-01/2026-03-01 5 50.00"),
                sold.lines());
        assertEquals(List.of(), sold.differences());
    }

    @Test
    void shouldNeitherCreditNorChargeWithoutProration() {
        String id = sold.subscribe("'items':[{'price':'seats','quantity':2}]");
        sold.turn("2026-01-11T08:00:00Z");
        sold.change(id, "'proration':'none','items':[{'price':'seats','quantity':5}]");
        sold.turn("2026-02-02T00:00:00Z");
        assertEquals(
                List.of(
                        "2026-01-01 recurring seats 2026-01-01/2026-02-01 2 20.00",
                        "2026-02-01 recurring seats 2026-02-01/2026-03-01 5 50.00"),
                sold.lines());
    }

    @Test
    void shouldTakeAChangeThatLiesAhead() {
        String id = sold.subscribe("'items':[{'price':'seats','quantity':2}]");
        sold.change(id, "'effective_date':'2026-02-15','items':[{'price':'base'}]");
        sold.turn("2026-03-02T00:00:00Z");
        // February has 28 days: 20 x 14/28, and 31 x 14/28 of the base fee.
        assertEquals(
                List.of(
                        "2026-01-01 recurring seats 2026-01-01/2026-02-01 2 20.00",
                        "2026-02-01 proration seats, prorated 2026-02-01/2026-02-15 2 10.00",
                        "2026-02-01 proration base, prorated 2026-02-15/2026-03-01 1 15.50",
                        "2026-03-01 recurring base 2026-03-01/2026-04-01 1 31.00"),
                sold.lines());
    }

    @Test
    void shouldStartTheTiersOfAnotherPriceAnewAndKeepThoseOfAnUnchangedItem() {
        sold.price(
                "tiered",
                "'type':'usage','meter':'calls'",
                "'model':'graduated','tiers':[{'up_to':'10','unit_amount':'2'},{'up_to':null,'unit_amount':'1'}]");
        String id = sold.subscribe("'items':[{'price':'tiered'}]");
        sold.usage("2026-01-05T00:00:00Z", "8");
        sold.turn("2026-01-11T00:00:00Z");
        sold.change(id, "'items':[{'price':'tiered'},{'price':'base'}]");
        sold.usage("2026-01-12T00:00:00Z", "8");
        sold.turn("2026-01-21T00:00:00Z");
        sold.change(id, "'items':[{'price':'calls'},{'price':'base'}]");
        sold.usage("2026-01-22T00:00:00Z", "8");
        sold.turn("2026-02-02T00:00:00Z");
        assertEquals(
                List.of(
                        "2026-02-01 usage tiered 2026-01-01/2026-01-21 16 26.00",
                        "2026-02-01 usage calls 2026-01-21/2026-02-01 8 8.00",
                        "2026-02-01 proration base, prorated 2026-01-11/2026-02-01 1 21.00",
                        "2026-02-01 recurring base 2026-02-01/2026-03-01 1 31.00"),
                sold.lines());
    }

    @Test
    void shouldCloseThePeriodWhereTheIntervalChanges() {
        sellYearly();
        String id = sold.subscribe("'items':[{'price':'base'}]");
        sold.turn("2026-01-11T00:00:00Z");
        JsonNode changed = sold.change(id, "'items':[{'price':'yearly'}]");
        assertEquals("2026-01-11", changed.at("/current_period/end").textValue());
        sold.turn("2026-01-12T00:00:00Z");
        // 31 x 21/31 back; the year is anchored at January 1 and 355 of its 365 days are left.
        assertEquals(
                List.of(
                        "2026-01-01 recurring base 2026-01-01/2026-02-01 1 31.00",
                        "2026-01-11 proration base, unused days 2026-01-11/2026-02-01 1 -21.00",
                        "2026-01-11 recurring yearly 2026-01-11/2027-01-01 1 355.00"),
                sold.lines());
        assertEquals(
                "2027-01-01",
                sold.calls()
                        .get("/v1/subscriptions/" + id)
                        .at("/current_period/end")
                        .textValue());
    }

    @Test
    void shouldCreditAYearByTheDaysOfTheYearWhenItBecomesMonthlyOnItsFirstDay() {
        sellYearly();
        sold.turn("2026-03-15T00:00:00Z");
        String id = sold.subscribe("'items':[{'price':'yearly'}]");
        sold.turn("2026-03-15T02:00:00Z");
        JsonNode changed = sold.change(id, "'items':[{'price':'base'}]");
        assertEquals("2026-04-15", changed.at("/current_period/end").textValue());
        sold.turn("2026-04-15T02:00:00Z");
        assertEquals(
                List.of(
                        "2026-03-15 recurring yearly 2026-03-15/2027-03-15 1 365.00",
                        "2026-04-15 proration yearly, unused days 2026-03-15/2027-03-15 1 -365.00",
                        "2026-04-15 recurring base 2026-03-15/2026-04-15 1 31.00",
                        "2026-04-15 recurring base 2026-04-15/2026-05-15 1 31.00"),
                sold.lines());
        assertEquals(List.of(), sold.differences());
    }

    @Test
    void shouldCreditAYearByTheDaysOfTheYearWhenItBecomesMonthlyInside() {
        sellYearly();
        String id = sold.subscribe("'items':[{'price':'yearly'}]");
        sold.turn("2026-01-11T00:00:00Z");
        sold.change(id, "'items':[{'price':'base'}]");
        sold.turn("2026-02-01T02:00:00Z");
        assertEquals(
                List.of(
                        "2026-01-01 recurring yearly 2026-01-01/2027-01-01 1 365.00",
                        "2026-01-11 proration yearly, unused days 2026-01-11/2027-01-01 1 -355.00",
                        "2026-01-11 recurring base 2026-01-11/2026-02-01 1 21.00",
                        "2026-02-01 recurring base 2026-02-01/2026-03-01 1 31.00"),
                sold.lines());
    }

    @Test
    void shouldRefuseALongerPeriodOnTheFirstDayOfOneThatIsChargedAndTakeItOnTheNextDay() {
        sellYearly();
        String id = sold.subscribe("'items':[{'price':'base'}]");
        sold.turn("2026-01-01T02:00:00Z");
        assertEquals(List.of("/effective_date period_charged"), changeProblems(id, "'items':[{'price':'yearly'}]"));
        sold.change(id, "'effective_date':'2026-01-02','items':[{'price':'yearly'}]");
        sold.turn("2026-01-02T02:00:00Z");
        assertEquals(
                List.of(
                        "2026-01-01 recurring base 2026-01-01/2026-02-01 1 31.00",
                        "2026-01-02 proration base, unused days 2026-01-02/2026-02-01 1 -30.00",
                        "2026-01-02 recurring yearly 2026-01-02/2027-01-01 1 364.00"),
                sold.lines());
    }

    @Test
    void shouldChargeALongerPeriodOnItsFirstDayWhileNothingIsCharged() {
        sellYearly();
        String id = sold.subscribe("'items':[{'price':'base'}]");
        sold.change(id, "'items':[{'price':'yearly'}]");
        sold.turn("2026-01-01T02:00:00Z");
        assertEquals(List.of("2026-01-01 recurring yearly 2026-01-01/2027-01-01 1 365.00"), sold.lines());
    }

    @Test
    void shouldTakeAnotherIntervalWithoutProrationOnlyWhereAPeriodBeginsThatLiesAhead() {
        sellYearly();
        String id = sold.subscribe("'items':[{'price':'yearly'}]");
        String monthly = "'proration':'none','items':[{'price':'base'}]";
        assertEquals(List.of("/proration interval_needs_proration"), changeProblems(id, monthly));
        assertEquals(
                List.of("/proration interval_needs_proration"),
                changeProblems(id, "'effective_date':'2026-03-01'," + monthly));
        sold.change(id, "'effective_date':'2027-01-01'," + monthly);
        sold.turn("2027-01-01T02:00:00Z");
        assertEquals(
                List.of(
                        "2026-01-01 recurring yearly 2026-01-01/2027-01-01 1 365.00",
                        "2027-01-01 recurring base 2027-01-01/2027-02-01 1 31.00"),
                sold.lines());
    }

    @Test
    void shouldKeepThePeriodThatBeganWithAnIntervalWhenTheOneBeforeComesBackOnTheSameDay() {
        sellYearly();
        String id = sold.subscribe("'items':[{'price':'base'}]");
        sold.turn("2026-01-11T00:00:00Z");
        sold.change(id, "'items':[{'price':'yearly'}]");
        sold.turn("2026-01-11T05:00:00Z");
        JsonNode back = sold.change(id, "'items':[{'price':'base'}]");
        assertEquals("2026-01-11", back.at("/current_period/start").textValue());
        assertEquals("2026-02-01", back.at("/current_period/end").textValue());
        sold.turn("2026-02-01T02:00:00Z");
        assertEquals(
                List.of(
                        "2026-01-01 recurring base 2026-01-01/2026-02-01 1 31.00",
                        "2026-01-11 proration base, unused days 2026-01-11/2026-02-01 1 -21.00",
                        "2026-01-11 recurring yearly 2026-01-11/2027-01-01 1 355.00",
                        "2026-02-01 recurring base 2026-01-11/2026-02-01 1 21.00",
                        "2026-02-01 proration yearly, unused days 2026-01-11/2027-01-01 1 -355.00",
                        "2026-02-01 recurring base 2026-02-01/2026-03-01 1 31.00"),
                sold.lines());
    }

    @Test
    void shouldNotChargeWhatWasReplacedBeforeItBegan() {
        sold.price("support", "'type':'recurring'", "'model':'flat','amount':'62'");
        String id = sold.subscribe("'items':[{'price':'base'}]");
        sold.turn("2026-01-05T08:00:00Z");
        sold.change(id, "'effective_date':'2026-01-20','items':[{'price':'base'},{'price':'support'}]");
        sold.turn("2026-01-10T08:00:00Z");
        sold.change(id, "'proration':'none','items':[{'price':'base'}]");
        sold.turn("2026-02-01T02:00:00Z");
        assertEquals(
                List.of(
                        "2026-01-01 recurring base 2026-01-01/2026-02-01 1 31.00",
                        "2026-02-01 recurring base 2026-02-01/2026-03-01 1 31.00"),
                sold.lines());
    }

    @Test
    void shouldWriteNothingWhenWhatWasArrangedWithoutProrationIsWantedAgain() {
        sold.price("support", "'type':'recurring'", "'model':'flat','amount':'62'");
        String id = sold.subscribe("'items':[{'price':'base'}]");
        sold.turn("2026-01-10T08:00:00Z");
        sold.change(id, "'proration':'none','items':[{'price':'support'}]");
        sold.turn("2026-01-20T08:00:00Z");
        List<String> before = sold.rows("SELECT entry FROM billing.audit WHERE organization_id = '%s' ORDER BY entry");
        sold.change(id, "'items':[{'price':'support'}]");
        assertEquals(before, sold.rows("SELECT entry FROM billing.audit WHERE organization_id = '%s' ORDER BY entry"));
        sold.turn("2026-02-01T02:00:00Z");
        assertEquals(
                List.of(
                        "2026-01-01 recurring base 2026-01-01/2026-02-01 1 31.00",
                        "2026-02-01 recurring support 2026-02-01/2026-03-01 1 62.00"),
                sold.lines());
    }

    @Test
    void shouldEndNowWithTodayAsTheLastDayBilled() {
        String id = sold.subscribe("'plan':'pro'");
        sold.usage("2026-01-11T10:00:00Z", "4");
        sold.usage("2026-01-12T10:00:00Z", "100");
        sold.turn("2026-01-11T08:00:00Z");
        JsonNode canceled = sold.cancel(id, "{'at':'now'}");
        assertEquals("canceled", canceled.get("status").textValue());
        assertEquals("2026-01-12", canceled.get("cancel_at").textValue());
        sold.turn("2026-02-02T00:00:00Z");
        assertEquals(
                List.of(
                        "2026-01-01 recurring base 2026-01-01/2026-02-01 1 31.00",
                        "2026-01-12 usage calls 2026-01-01/2026-01-12 4 4.00",
                        "2026-01-12 proration base, unused days 2026-01-12/2026-02-01 1 -20.00"),
                sold.lines());
        assertEquals("canceled now", reasons(id).getLast());
    }

    @Test
    void shouldEndOnADayAndComeBackUntilThen() {
        String id = sold.subscribe("'items':[{'price':'base'}]");
        sold.turn("2026-01-05T00:00:00Z");
        sold.cancel(id, "{'at':'date','date':'2026-01-21'}");
        JsonNode back = sold.act("subscriptions/" + id + "/uncancel", "{}");
        assertEquals("2026-02-01", back.at("/current_period/end").textValue());
        sold.cancel(id, "{'at':'date','date':'2026-02-15'}");
        sold.turn("2026-03-02T00:00:00Z");
        assertEquals(
                List.of(
                        "2026-01-01 recurring base 2026-01-01/2026-02-01 1 31.00",
                        "2026-02-01 recurring base 2026-02-01/2026-02-15 1 15.50"),
                sold.lines());
        assertEquals("canceled for a day that was named", reasons(id).getLast());
        assertIllegal(id, "uncancel", "{}", "canceled");
        assertIllegal(id, "end_trial", "{}", "canceled");
        assertIllegal(id, "change", "{'plan':'pro'}", "canceled");
        assertIllegal(id, "cancel", "{}", "canceled");
    }

    @Test
    void shouldEndATrialBeforeItsTime() {
        String id = sold.subscribe("'plan':'pro','trial_days':14");
        sold.usage("2026-01-03T10:00:00Z", "4");
        sold.usage("2026-01-06T10:00:00Z", "5");
        sold.turn("2026-01-05T08:00:00Z");
        JsonNode active = sold.act("subscriptions/" + id + "/end_trial", "{}");
        assertEquals("active", active.get("status").textValue());
        assertEquals("2026-01-05", active.get("trial_end").textValue());
        assertIllegal(id, "end_trial", "{}", "active");
        sold.turn("2026-02-06T00:00:00Z");
        assertEquals(
                List.of(
                        "2026-01-05 usage calls 2026-01-01/2026-01-05 4 0.00",
                        "2026-01-05 recurring base 2026-01-05/2026-02-05 1 31.00",
                        "2026-02-05 usage calls 2026-01-05/2026-02-05 5 5.00",
                        "2026-02-05 recurring base 2026-02-05/2026-03-05 1 31.00"),
                sold.lines());
    }

    @Test
    void shouldRefuseADayBeforeTheRunningPeriod() {
        String id = sold.subscribe("'plan':'pro'");
        sold.turn("2026-02-11T00:00:00Z");
        assertEquals(
                List.of("/effective_date out_of_range"),
                changeProblems(id, "'effective_date':'2026-01-31','items':[{'price':'base'}]"));
        sold.change(id, "'effective_date':'2026-02-01','items':[{'price':'base'}]");
    }

    @Test
    void shouldBecomePastDueAndActiveAgain() {
        String id = sold.subscribe("'plan':'pro'");
        sold.turn("2026-01-01T23:00:00Z");
        assertEquals("active", status(id));
        sold.turn("2026-01-02T00:00:00Z");
        assertEquals("past_due", status(id));
        String first = sold.invoices().getFirst().get("id").textValue();
        JsonNode paid = sold.act("invoices/" + first + "/mark_paid", "{'reference':'tx-1'}");
        assertEquals("paid", paid.get("status").textValue());
        assertEquals("2026-01-02T00:00:00Z", paid.get("paid_at").textValue());
        assertEquals("tx-1", paid.get("payment_reference").textValue());
        assertEquals("active", status(id));
        assertEquals(
                List.of(
                        "created",
                        "started",
                        "invoice INV-000001 is unpaid after its due date",
                        "no invoice is overdue any more"),
                reasons(id));
        assertEquals("illegal_transition", sold.conflict("invoices/" + first + "/mark_paid", "{}"));
        sold.turn("2026-03-03T00:00:00Z");
        assertEquals("past_due", status(id));
        sold.act("invoices/" + sold.invoices().get(1).get("id").textValue() + "/mark_paid", "{}");
        assertEquals("past_due", status(id));
        sold.act("invoices/" + sold.invoices().get(2).get("id").textValue() + "/mark_paid", "{}");
        assertEquals("active", status(id));
    }

    private void sellYearly() {
        sold.yearly();
    }

    private List<String> changeProblems(String id, String members) {
        return sold.calls().fieldProblems(HttpVerb.POST, "/v1/subscriptions/" + id + "/change", "{" + members + "}");
    }

    private void assertIllegal(String id, String action, String body, String status) {
        Problem problem = sold.calls().problem(HttpVerb.POST, "/v1/subscriptions/" + id + "/" + action, body);
        assertEquals(ProblemKind.CONFLICT, problem.kind());
        assertEquals("illegal_transition", problem.code());
        JsonNode extensions = Objects.requireNonNull(problem.extensions());
        assertEquals(status, extensions.get("current_status").textValue());
    }

    private String status(String id) {
        return sold.calls().get("/v1/subscriptions/" + id).get("status").textValue();
    }

    private List<String> reasons(String id) {
        List<String> reasons = new ArrayList<>();
        sold.calls()
                .get("/v1/subscriptions/" + id + "/transitions")
                .get("data")
                .forEach(row -> reasons.add(row.get("reason").textValue()));
        return reasons;
    }

    private static List<String> items(JsonNode subscription) {
        List<String> items = new ArrayList<>();
        subscription
                .get("items")
                .forEach(item -> items.add(item.get("price").textValue() + " "
                        + item.get("quantity").textValue() + " "
                        + item.get("start_date").textValue() + " "
                        + item.get("end_date").textValue()));
        return items;
    }
}
