package dev.valora.billing.invoices;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.invoice.InvoiceContent;
import dev.valora.billing.invoice.InvoiceTerms;
import dev.valora.billing.invoice.TermsJson;
import java.time.Instant;
import java.util.UUID;

/** An invoice that is not stored, as the HTTP contract shows it: without id, number and finalization. Pure. */
public final class DraftInvoice {

    private DraftInvoice() {}

    /** The document. */
    public static ObjectNode toJson(InvoiceContent content) {
        InvoiceTerms terms = content.terms();
        ObjectNode json = new StoredInvoice(
                        new UUID(0, 0),
                        0,
                        "",
                        1,
                        "draft",
                        terms.buyer().id(),
                        terms.subscription(),
                        terms.cycle(),
                        terms.currency(),
                        terms.period().start(),
                        terms.period().end(),
                        terms.issueDate(),
                        terms.dueDate(),
                        content.total(),
                        content.total(),
                        content.cut(),
                        TermsJson.write(terms),
                        content.draftLinesJson(),
                        content.canonical().hash(),
                        Instant.EPOCH,
                        new StoredInvoice.Settlement(null, null, null, null))
                .toJson();
        return json.putNull("id").putNull("number").putNull("revision").putNull("finalized_at");
    }
}
