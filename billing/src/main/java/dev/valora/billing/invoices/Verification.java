package dev.valora.billing.invoices;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.valora.billing.invoice.CanonicalJson;
import dev.valora.billing.invoice.InvoiceContent;
import dev.valora.billing.invoice.InvoiceTerms;
import dev.valora.billing.invoice.TermsJson;
import dev.valora.ingest.Database;
import dev.valora.ingest.Json;
import dev.valora.ingest.OrganizationId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stored invoice beside what its frozen terms and its cut say. Reads the invoice's own row, what was written beside it, and
 * windows; what a price, a customer or the organization is like today has no part in it.
 *
 * @param storedHash of the row
 * @param computedHash null when the row's terms and cut cannot be computed with at all
 * @param differences empty when the invoice still says what it must say
 */
record Verification(String storedHash, @Nullable String computedHash, List<JsonDifference> differences) {

    Verification {
        differences = List.copyOf(differences);
    }

    /**
     * Computes an invoice again.
     *
     * @param transaction the one in which the invoice was read
     * @param invoice with its whole terms
     */
    static Verification of(
            Database.Transaction transaction,
            OrganizationId organization,
            InvoiceQuantities quantities,
            StoredInvoice invoice) {
        return Recomputed.recompute(transaction, organization, quantities, invoice)
                .map(again -> between(transaction, organization, invoice, again.content()))
                .orElseGet(() -> uncomputable(invoice));
    }

    private static Verification between(
            Database.Transaction transaction,
            OrganizationId organization,
            StoredInvoice invoice,
            InvoiceContent content) {
        ObjectNode stored = stored(invoice);
        stored.setAll(InvoiceTraces.stored(transaction, organization, content.terms(), invoice));
        ObjectNode terms = TermsJson.write(content.terms());
        ArrayNode lines = content.linesJson();
        InvoiceContent.Canonical canonical = content.canonical(terms, lines);
        String hash = canonical.hash();
        ObjectNode computed = computed(content, hash);
        computed.set("lines", InvoiceContent.withIds(lines, invoice.id()));
        // Written anew, so that a member that nobody reads is noticed too.
        computed.set("terms", terms);
        computed.setAll(InvoiceTraces.computed(content, hash, invoice));
        List<JsonDifference> differences = JsonDifference.between(stored, computed);
        if (differences.isEmpty()) {
            // What says the same may still be other bytes than those that were hashed.
            differences = JsonDifference.between(
                    StoredInvoices.text(transaction, organization, invoice.id()), text(canonical));
        }
        return new Verification(invoice.contentHash(), hash, differences);
    }

    private static ObjectNode text(InvoiceContent.Canonical canonical) {
        return StoredInvoices.text(CanonicalJson.hash(canonical.terms()), CanonicalJson.hash(canonical.lines()));
    }

    /** The answer of the HTTP contract. */
    ObjectNode toJson() {
        ObjectNode json = Json.object()
                .put("matches", differences.isEmpty())
                .put("content_hash", storedHash)
                .put("computed_hash", computedHash);
        ArrayNode array = json.putArray("differences");
        differences.forEach(difference -> array.add(difference.toJson()));
        return json;
    }

    private static Verification uncomputable(StoredInvoice invoice) {
        JsonDifference hash =
                new JsonDifference("/content_hash", TextNode.valueOf(invoice.contentHash()), NullNode.getInstance());
        return new Verification(invoice.contentHash(), null, List.of(hash));
    }

    private static ObjectNode stored(StoredInvoice invoice) {
        ObjectNode json = invoice.toJson();
        json.retain(
                "subscription",
                "cycle",
                "currency",
                "period",
                "issue_date",
                "due_date",
                "subtotal",
                "total",
                "lines",
                "content_hash");
        json.put("customer_id", invoice.customerId().toString());
        json.set("terms", invoice.terms());
        return json;
    }

    private static ObjectNode computed(InvoiceContent content, String hash) {
        InvoiceTerms terms = content.terms();
        String total = content.total().toPlainString();
        ObjectNode json = Json.object()
                .put("customer_id", terms.buyer().id().toString())
                .put("subscription", terms.subscription().toString())
                .put("cycle", terms.cycle())
                .put("currency", terms.currency());
        json.set("period", InvoiceContent.rangeJson(terms.period()));
        return json.put("issue_date", terms.issueDate().toString())
                .put("due_date", terms.dueDate().toString())
                .put("subtotal", total)
                .put("total", total)
                .put("content_hash", hash);
    }
}
