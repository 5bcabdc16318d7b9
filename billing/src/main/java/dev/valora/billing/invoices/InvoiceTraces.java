package dev.valora.billing.invoices;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.catalog.PriceTermsJson;
import dev.valora.billing.invoice.InvoiceContent;
import dev.valora.billing.invoice.InvoiceTerms;
import dev.valora.billing.invoice.LedgerEntry;
import dev.valora.ingest.Database;
import dev.valora.ingest.Json;
import dev.valora.ingest.OrganizationId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/**
 * What was written beside an invoice when it was finalized: what it billed and waived, and what the audit trail was told. What is
 * waived of a void one is left out: the void may have waived what it had billed.
 */
final class InvoiceTraces {

    private static final String LEDGER = """
            SELECT cycle, item_id, price, kind, amount, quantity, days_from, days_to FROM billing.ledger
            WHERE organization_id = $1 AND subscription_id = $2 AND closed_cycle = $3 AND revision = $4
                AND (kind <> 'waived' OR $5) AND invoice_id IS NOT DISTINCT FROM CASE WHEN kind <> 'waived' THEN $6::uuid END
            """;
    private static final String FINALIZED = """
            SELECT after ->> 'number' AS number, after ->> 'total' AS total, after ->> 'content_hash' AS content_hash
            FROM billing.audit
            WHERE organization_id = $1 AND target = $2 AND action = 'invoice.finalized' ORDER BY entry LIMIT 1
            """;

    private InvoiceTraces() {}

    /**
     * What stands in the tables; the audit entry's member lacks when there is none.
     *
     * @param terms that name the closing: the row's own columns may be what is damaged
     */
    static ObjectNode stored(
            Database.Transaction transaction, OrganizationId organization, InvoiceTerms terms, StoredInvoice invoice) {
        List<LedgerEntry> entries = new ArrayList<>();
        Tuple closing = Tuple.of(
                organization.value(),
                terms.subscription(),
                terms.cycle(),
                invoice.revision(),
                !isVoid(invoice),
                invoice.id());
        for (Row row : transaction.execute(LEDGER, closing)) {
            entries.add(LedgerReader.entry(row));
        }
        ObjectNode traces = Json.object();
        traces.set("ledger", ledger(entries));
        for (Row row :
                transaction.execute(FINALIZED, Tuple.of(organization.value(), InvoiceStore.target(invoice.id())))) {
            traces.set("audit", audit(row.getString("number"), row.getString("total"), row.getString("content_hash")));
        }
        return traces;
    }

    /** What must stand there. */
    static ObjectNode computed(InvoiceContent content, String hash, StoredInvoice invoice) {
        ObjectNode traces = Json.object();
        traces.set(
                "ledger",
                ledger(content.ledger().stream()
                        .filter(entry -> entry.kind() != LedgerEntry.Kind.WAIVED || !isVoid(invoice))
                        .toList()));
        traces.set("audit", audit(invoice.number(), content.total().toPlainString(), hash));
        return traces;
    }

    private static boolean isVoid(StoredInvoice invoice) {
        return invoice.status().equals("void");
    }

    /** In an order of its own, as rows have none. */
    private static ArrayNode ledger(List<LedgerEntry> entries) {
        List<String> lines = entries.stream()
                .map(entry -> entry.key().cycle() + " " + entry.key().item() + " "
                        + entry.key().price() + " " + entry.kind().wireName() + " "
                        + entry.amount().toPlainString() + " " + PriceTermsJson.decimal(entry.quantity())
                        + (entry.days() == null ? "" : " " + entry.days()))
                .sorted()
                .toList();
        ArrayNode array = Json.array();
        lines.forEach(array::add);
        return array;
    }

    private static ObjectNode audit(String number, String total, String contentHash) {
        return Json.object().put("number", number).put("total", total).put("content_hash", contentHash);
    }
}
