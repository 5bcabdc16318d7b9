package dev.valora.billing.settlement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.valora.billing.BillingApi;
import dev.valora.billing.SoldMonths;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What was waived was never paid: it is not billed again, and not given back either. */
final class WaivedUsageTest {

    @AutoClose
    private static final BillingApi API = new BillingApi("2026-01-01T00:00:00Z");

    private final SoldMonths sold = new SoldMonths(API);

    @Test
    void shouldWaiveTheUsageOfAVoidInvoiceBehindWhatItsClosingWaived() {
        sold.lateUsage("record_only");
        sold.subscribe("'items':[{'price':'calls'}]");
        sold.usage("2026-01-10T00:00:00Z", "10");
        sold.usage("2026-01-11T00:00:00Z", "2026-02-03T00:00:00Z", "5");
        sold.usage("2026-02-11T00:00:00Z", "7");
        sold.turn("2026-03-02T00:00:00Z");
        sold.voidInvoice(1, false);
        assertEquals(List.of("2 1 5.00 5", "2 2 7.00 7"), waived());
        assertEquals(List.of(), sold.turn("2026-05-02T00:00:00Z"));
        assertEquals(List.of("2 1 5.00 5", "2 2 7.00 7"), waived());
        assertEquals(List.of(), sold.differences());
    }

    @Test
    void shouldNotGiveBackWhatWasWaived() {
        sold.subscribe("'items':[{'price':'calls'}]");
        sold.usage("2026-01-10T00:00:00Z", "100");
        sold.turn("2026-02-03T00:00:00Z");
        sold.voidInvoice(0, false);
        sold.usage("2026-01-12T00:00:00Z", "2026-02-04T00:00:00Z", "-40");
        sold.usage("2026-01-13T00:00:00Z", "2026-03-05T00:00:00Z", "10");
        sold.turn("2026-04-02T00:00:00Z");
        assertEquals(
                List.of(
                        "2026-03-01 usage calls 2026-02-01/2026-03-01 0 0.00",
                        "2026-04-01 usage calls 2026-03-01/2026-04-01 0 0.00",
                        "2026-04-01 late_usage calls, late usage 2026-01-01/2026-02-01 10 10.00"),
                sold.lines());
        assertEquals(List.of("1 1 100.00 100", "2 1 -40.00 -40"), waived());
        assertEquals(List.of(), sold.differences());
    }

    @Test
    void shouldTakeAFallFromWhatWasWaivedAndTheRestFromWhatWasBilled() {
        sold.lateUsage("record_only");
        sold.subscribe("'items':[{'price':'calls'}]");
        sold.usage("2026-01-10T00:00:00Z", "10");
        sold.usage("2026-01-11T00:00:00Z", "2026-02-03T00:00:00Z", "5");
        sold.turn("2026-03-02T00:00:00Z");
        sold.lateUsage("bill_next");
        sold.usage("2026-01-12T00:00:00Z", "2026-03-05T00:00:00Z", "-8");
        sold.turn("2026-04-02T00:00:00Z");
        assertEquals(List.of("2026-04-01 late_usage calls, late usage 2026-01-01/2026-02-01 -3 -3.00"), late());
        assertEquals(List.of("2 1 5.00 5", "3 1 -5.00 -5"), waived());
        assertEquals(List.of(), sold.differences());
    }

    @Test
    void shouldCorrectInTheCustomersFavourWhereLateUsageIsOnlyRecorded() {
        sold.lateUsage("record_only");
        sold.subscribe("'items':[{'price':'calls'}]");
        sold.usage("2026-01-10T00:00:00Z", "10");
        sold.usage("2026-01-11T00:00:00Z", "2026-02-03T00:00:00Z", "-3");
        sold.usage("2026-01-12T00:00:00Z", "2026-03-05T00:00:00Z", "2");
        sold.turn("2026-04-02T00:00:00Z");
        assertEquals(List.of("2026-03-01 late_usage calls, late usage 2026-01-01/2026-02-01 -3 -3.00"), late());
        assertEquals(List.of("3 1 2.00 2"), waived());
        assertEquals(List.of(), sold.differences());
    }

    @Test
    void shouldNotGiveBackWhatWasWaivedInANewRevisionEither() {
        sold.subscribe("'items':[{'price':'calls'}]");
        sold.usage("2026-01-10T00:00:00Z", "10");
        sold.usage("2026-01-11T00:00:00Z", "2026-02-03T00:00:00Z", "5");
        sold.turn("2026-01-15T00:00:00Z");
        sold.lateUsage("record_only");
        sold.turn("2026-03-02T00:00:00Z");
        sold.usage("2026-01-12T00:00:00Z", "2026-03-02T00:00:00Z", "-12");
        sold.turn("2026-03-07T00:00:00Z");
        sold.voidInvoice(0, true);
        // 3 are owed, and 5 were waived before: 3 of them stay so.
        assertEquals(
                List.of(
                        "usage calls 2026-01-01/2026-02-01 3 3.00",
                        "late_usage calls, billed before 2026-01-01/2026-02-01 -3 -3.00"),
                SoldMonths.lines(sold.invoices().getLast()));
        assertEquals(List.of("1 1 -2.00 -2", "2 1 5.00 5"), waived());
        sold.turn("2026-04-02T00:00:00Z");
        assertEquals(List.of("1 1 -2.00 -2", "2 1 5.00 5"), waived());
        assertEquals(List.of(), sold.differences());
    }

    @Test
    void shouldBillNoMoreInANewRevisionWhereLateUsageIsOnlyRecorded() {
        sold.lateUsage("record_only");
        sold.subscribe("'items':[{'price':'calls'}]");
        sold.usage("2026-01-10T00:00:00Z", "10");
        sold.usage("2026-01-11T00:00:00Z", "2026-02-02T00:00:00Z", "5");
        sold.turn("2026-02-03T12:00:00Z");
        sold.voidInvoice(0, true);
        assertEquals(
                List.of("usage calls 2026-01-01/2026-02-01 10 10.00"),
                SoldMonths.lines(sold.invoices().getLast()));
        sold.turn("2026-03-02T00:00:00Z");
        assertEquals(List.of("2 1 5.00 5"), waived());
        // The next closing has waived the late usage; the same cycle once more says what it said.
        sold.voidInvoice(1, true);
        assertEquals(
                List.of(
                        "usage calls 2026-01-01/2026-02-01 15 15.00",
                        "late_usage calls, billed before 2026-01-01/2026-02-01 -5 -5.00"),
                SoldMonths.lines(sold.invoices().getLast()));
        assertEquals(List.of("2 1 5.00 5"), waived());
        assertEquals(List.of(), sold.differences());
    }

    @Test
    void shouldHoldACycleToThePolicyUnderWhichItOpened() {
        sold.subscribe("'items':[{'price':'calls'}]");
        sold.usage("2026-01-10T00:00:00Z", "10");
        sold.usage("2026-01-11T00:00:00Z", "2026-02-03T00:00:00Z", "5");
        sold.usage("2026-01-12T00:00:00Z", "2026-03-05T00:00:00Z", "2");
        sold.turn("2026-02-02T00:00:00Z");
        sold.lateUsage("record_only");
        sold.turn("2026-04-02T00:00:00Z");
        assertEquals(List.of("2026-03-01 late_usage calls, late usage 2026-01-01/2026-02-01 5 5.00"), late());
        assertEquals(List.of("3 1 2.00 2"), waived());
    }

    @Test
    void shouldFindWhatIsNoLongerWaived() {
        sold.lateUsage("record_only");
        sold.subscribe("'items':[{'price':'calls'}]");
        sold.usage("2026-01-11T00:00:00Z", "2026-02-03T00:00:00Z", "5");
        sold.turn("2026-03-02T00:00:00Z");
        assertEquals(List.of(), sold.differences());
        API.asSuperuser("UPDATE billing.ledger SET amount = 4 WHERE kind = 'waived' AND organization_id = '"
                + BillingApi.organization(sold.calls()) + "'");
        assertEquals(
                List.of("INV-000002"),
                sold.differences().stream()
                        .map(difference -> difference.substring(0, 10))
                        .distinct()
                        .toList());
    }

    private List<String> late() {
        return sold.lines().stream().filter(line -> line.contains("late_usage")).toList();
    }

    /** The closed cycle, the cycle of the usage, amount and quantity of all that was waived. */
    private List<String> waived() {
        return sold.rows("SELECT closed_cycle, cycle, amount, quantity FROM billing.ledger"
                + " WHERE organization_id = '%s' AND kind = 'waived' ORDER BY closed_cycle, revision, entry");
    }
}
