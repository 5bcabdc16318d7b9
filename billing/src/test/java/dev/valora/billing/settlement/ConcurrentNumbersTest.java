package dev.valora.billing.settlement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.BillingApi;
import dev.valora.billing.SoldMonths;
import dev.valora.ingest.DatabaseException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Runs and requests that finalize invoices of one organization at once. */
final class ConcurrentNumbersTest {

    @AutoClose
    private static final BillingApi API = new BillingApi("2026-01-01T00:00:00Z");

    private static final int SUBSCRIPTIONS = 12;

    private final SoldMonths sold = new SoldMonths(API);

    @Test
    void shouldNumberWithoutGapsAndBillEachCycleOnce() throws Exception {
        for (int i = 0; i < SUBSCRIPTIONS; i++) {
            sold.calls().post("/v1/customers", "{'key':'c" + i + "','name':'C'}");
            sold.calls().post("/v1/subscriptions", "{'customer':'c" + i + "','plan':'pro'}");
        }
        sold.turn("2026-01-01T12:00:00Z");
        List<JsonNode> first = sold.invoices();
        API.turnClockTo("2026-06-02T00:00:00Z");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                done.add(threads.submit(() -> API.run(API.database(), 3).doAllDue()));
            }
            done.add(threads.submit(() -> first.forEach(this::reissue)));
            for (Future<?> one : done) {
                one.get();
            }
        }
        assertEquals(List.of(), sold.turn("2026-06-02T00:00:01Z"));
        long cycles = 6L;
        long invoices = SUBSCRIPTIONS * (cycles + 1);
        assertEquals(
                List.of(invoices + " 1 " + invoices),
                sold.rows("SELECT count(*), min(sequence), max(sequence) FROM billing.invoices"
                        + " WHERE organization_id = '%s'"));
        assertEquals(
                List.of(),
                sold.rows("SELECT subscription_id, cycle FROM billing.invoices WHERE organization_id = '%s'"
                        + " AND status <> 'void' GROUP BY 1, 2 HAVING count(*) <> 1"));
        assertEquals(
                List.of((SUBSCRIPTIONS * cycles * 31) + ".00"),
                sold.rows("SELECT sum(total) FROM billing.invoices WHERE organization_id = '%s' AND status <> 'void'"));
        assertEquals(List.of(), sold.differences());
    }

    /** Who waits too long for the others is told to come again, and does. */
    private void reissue(JsonNode invoice) {
        boolean done = false;
        while (!done) {
            try {
                sold.act("invoices/" + invoice.get("id").textValue() + "/void", "{'reason':'again','reissue':true}");
                done = true;
            } catch (DatabaseException busy) {
                assertTrue(busy.isUnavailable(), busy.toString());
            }
        }
    }
}
