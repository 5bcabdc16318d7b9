package dev.valora.billing.invoices;

import dev.valora.billing.invoice.FrozenInvoice;
import dev.valora.billing.invoice.InvoiceContent;
import dev.valora.billing.invoice.TermsJson;
import dev.valora.billing.invoice.UsageNeed;
import dev.valora.ingest.Database;
import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.OrganizationId;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a stored invoice says when it is computed again from its frozen terms and the windows at its cut. What a price, a customer
 * or the organization is like today has no part in it.
 *
 * @param usage for each quantity that the invoice needs
 */
record Recomputed(FrozenInvoice frozen, Map<UsageNeed, BigDecimal> usage, InvoiceContent content) {

    private static final Logger LOG = LoggerFactory.getLogger(Recomputed.class);

    /**
     * Computes an invoice again; empty when its row cannot be computed with. What was once finalized could be, so the row is no
     * longer what was written.
     *
     * @param transaction the one in which the invoice was read
     * @param invoice with its whole terms
     * @throws DatabaseException when its usage cannot be read
     */
    static Optional<Recomputed> recompute(
            Database.Transaction transaction,
            OrganizationId organization,
            InvoiceQuantities quantities,
            StoredInvoice invoice) {
        try {
            FrozenInvoice frozen = new FrozenInvoice(TermsJson.read(invoice.terms()), invoice.cut());
            Map<UsageNeed, BigDecimal> usage = quantities.read(transaction, organization, frozen);
            return Optional.of(new Recomputed(frozen, usage, InvoiceContent.of(frozen, usage)));
        } catch (DatabaseException unread) {
            throw unread;
        } catch (RuntimeException damaged) {
            LOG.warn("Invoice {} cannot be computed again", invoice.id(), damaged);
            return Optional.empty();
        }
    }
}
