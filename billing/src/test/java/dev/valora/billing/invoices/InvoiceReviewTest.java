package dev.valora.billing.invoices;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.aggregator.store.PgQuantityReader;
import dev.valora.billing.BillingApi;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

final class InvoiceReviewTest {

    @AutoClose
    private static final BillingApi API = new BillingApi("2026-01-01T00:00:00Z");

    /** Two invoices with more than a megabyte of terms, which no page holds beside another one. */
    @Test
    void shouldReviewEveryInvoiceOnceHoweverLongItsTermsAre() {
        List<String> expected = new ArrayList<>();
        for (String seller : List.of("first", "second")) {
            FinalizedInvoices invoices = new FinalizedInvoices(API);
            JsonNode subscription = invoices.subscribe(seller);
            for (int month = 1; month <= 5; month++) {
                UUID invoice = invoices.write(subscription, month);
                boolean isLong = month == 2 || month == 3;
                if (isLong) {
                    API.asSuperuser("UPDATE billing.invoices SET terms = jsonb_set(terms::jsonb, '{padding}',"
                            + " (SELECT to_jsonb(string_agg(gen_random_uuid()::text, '')) FROM generate_series(1, 50000)))"
                            + " WHERE id = '" + invoice + "'");
                }
                expected.add(BillingApi.organization(invoices.calls()) + " INV-00000" + month + " "
                        + (isLong ? List.of("/terms/padding") : List.of()));
            }
        }
        List<String> reviewed = new ArrayList<>();
        new InvoiceReview(API.database(), new PgQuantityReader())
                .run(one -> reviewed.add(one.organization() + " " + one.number() + " " + one.differences()));
        assertEquals(
                expected.stream().sorted().toList(), reviewed.stream().sorted().toList());
        assertEquals(reviewed.stream().sorted().toList(), reviewed, "by organization and number");
    }
}
