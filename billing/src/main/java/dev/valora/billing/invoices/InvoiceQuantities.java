package dev.valora.billing.invoices;

import dev.valora.aggregator.Composition;
import dev.valora.aggregator.Cut;
import dev.valora.aggregator.QuantityQuestion;
import dev.valora.aggregator.QuantityReader;
import dev.valora.billing.invoice.FrozenInvoice;
import dev.valora.billing.invoice.InvoiceDraft;
import dev.valora.billing.invoice.UsageNeed;
import dev.valora.billing.invoice.UsageTerms;
import dev.valora.ingest.Database;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Quantity;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what invoices need to be computed, each at its own cut. Any thread but an event loop. */
public final class InvoiceQuantities {

    private final QuantityReader reader;

    public InvoiceQuantities(QuantityReader reader) {
        this.reader = reader;
    }

    /**
     * The quantities of each invoice, in the order of the invoices; all of them in one statement.
     *
     * @param transaction of the organization
     */
    public List<Map<UsageNeed, BigDecimal>> read(
            Database.Transaction transaction, OrganizationId organization, List<FrozenInvoice> invoices) {
        List<QuantityQuestion> questions = new ArrayList<>();
        List<List<UsageNeed>> needed = new ArrayList<>(invoices.size());
        for (FrozenInvoice invoice : invoices) {
            List<UsageNeed> needs = InvoiceDraft.usageNeeds(invoice.terms());
            needs.forEach(need -> questions.add(question(invoice, need)));
            needed.add(needs);
        }
        List<Quantity> answers = reader.read(transaction, organization, questions);
        List<Map<UsageNeed, BigDecimal>> all = new ArrayList<>(invoices.size());
        int next = 0;
        for (List<UsageNeed> needs : needed) {
            Map<UsageNeed, BigDecimal> quantities = new LinkedHashMap<>();
            for (UsageNeed need : needs) {
                quantities.put(need, answers.get(next).value());
                next++;
            }
            all.add(quantities);
        }
        return all;
    }

    /** The quantities of one invoice. */
    public Map<UsageNeed, BigDecimal> read(
            Database.Transaction transaction, OrganizationId organization, FrozenInvoice invoice) {
        return read(transaction, organization, List.of(invoice)).getFirst();
    }

    /** How a quantity of an invoice is asked for. */
    static QuantityQuestion question(FrozenInvoice invoice, UsageNeed need) {
        UsageTerms usage = invoice.terms().usageOf(need.cycle());
        return new QuantityQuestion(
                invoice.terms().buyer().key(),
                need.meter(),
                Composition.of(usage.meter(need.meter()).aggregation()),
                new Cut(
                        usage.startOf(need.days().start()),
                        usage.startOf(need.days().end()),
                        invoice.cut().acceptedBefore()),
                need.filter(),
                need.others());
    }
}
