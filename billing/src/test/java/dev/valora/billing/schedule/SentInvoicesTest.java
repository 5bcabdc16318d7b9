package dev.valora.billing.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.valora.billing.BillingApi;
import dev.valora.billing.SoldMonths;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** PostgreSQL refuses one of the invoices of a batch, while the next ones are computed. */
final class SentInvoicesTest {

    @AutoClose
    private static final BillingApi API = new BillingApi("2026-01-01T00:00:00Z");

    private final SoldMonths sold = new SoldMonths(API);

    @Test
    void shouldNumberTheOthersWithoutGaps() {
        List<String> subscriptions = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            String key = "c" + i;
            sold.calls().post("/v1/customers", "{'key':'" + key + "','name':'C'}");
            subscriptions.add(sold.calls()
                    .post("/v1/subscriptions", "{'customer':'" + key + "','plan':'pro'}")
                    .get("id")
                    .textValue());
        }
        sold.turn("2026-01-02T00:00:00Z");
        Collections.sort(subscriptions);
        String refused = subscriptions.remove(80);
        // An invoice of its first cycle is there already.
        API.asSuperuser("INSERT INTO billing.invoices SELECT (json_populate_record(i, json_build_object('cycle', 1,"
                + " 'id', gen_random_uuid(), 'sequence', 1000000, 'number', 'twice'))).* FROM billing.invoices i"
                + " WHERE subscription_id = '" + refused + "'");
        assertEquals(1, sold.turn("2026-02-02T00:00:00Z").size());
        String issued = " FROM billing.invoices WHERE organization_id = '%s' AND cycle = 1 AND number <> 'twice'";
        assertEquals(subscriptions, sold.rows("SELECT subscription_id" + issued + " ORDER BY sequence"));
        assertEquals(List.of("149 151 299"), sold.rows("SELECT count(*), min(sequence), max(sequence)" + issued));
        assertEquals(
                List.of("299"),
                sold.rows("SELECT count(*) FROM billing.audit WHERE organization_id = '%s'"
                        + " AND action = 'invoice.finalized'"));
        assertEquals(
                List.of("149 298"),
                sold.rows("SELECT count(DISTINCT subscription_id), count(*) FROM billing.ledger"
                        + " WHERE organization_id = '%s' AND closed_cycle = 1"));
    }
}
