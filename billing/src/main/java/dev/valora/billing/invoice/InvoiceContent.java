package dev.valora.billing.invoice;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.rating.Rounding;
import dev.valora.ingest.Json;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What an invoice says, and the hash over it. The hash leaves out id, number, status, finalization and payment, so that when
 * and how often a job ran cannot change it.
 *
 * @param lines in the order they stand
 * @param ledger what it bills, gives back and waives, as late usage is waived that is only recorded; adjustments are in none. Not
 *     shown, not hashed
 */
public record InvoiceContent(InvoiceTerms terms, InvoiceCut cut, List<InvoiceLine> lines, List<LedgerEntry> ledger) {

    public InvoiceContent {
        lines = List.copyOf(lines);
        ledger = List.copyOf(ledger);
    }

    /**
     * Computes an invoice from all that it depends on, and checks it.
     *
     * @param usage the quantity of each of {@link InvoiceDraft#usageNeeds}
     * @throws RefusedInvoiceException when it says something that no invoice may say
     */
    public static InvoiceContent of(FrozenInvoice frozen, Map<UsageNeed, BigDecimal> usage) {
        InvoiceDraft.Result computed = InvoiceDraft.compute(frozen.terms(), usage);
        InvoiceContent content = new InvoiceContent(
                frozen.terms(), frozen.cut(), computed.lines(), Ledger.of(computed.lines(), computed.waived()));
        InvoiceChecks.check(content);
        return content;
    }

    /**
     * Whether it moves no money at all. Lines that cancel each other out do: each of them charges or gives back something that
     * whoever pays must be told of.
     */
    public boolean isZero() {
        return lines.stream().allMatch(line -> line.amount().signum() == 0);
    }

    /** The sum of the rounded lines, with the currency's exponent. */
    public BigDecimal total() {
        return Rounding.toMinorUnit(
                lines.stream().map(InvoiceLine::amount).reduce(BigDecimal.ZERO, BigDecimal::add), terms.exponent());
    }

    /**
     * What is stored is what is hashed.
     *
     * @param terms in the canonical form
     * @param lines likewise, without their ids
     * @param hash SHA-256 over the canonical form of terms, cut and lines
     */
    public record Canonical(String terms, String lines, String hash) {}

    /** Terms and lines as text, and the hash. */
    public Canonical canonical() {
        return canonical(new WrittenPrices());
    }

    /**
     * The same for one of several invoices.
     *
     * @param prices that were written for others
     */
    public Canonical canonical(WrittenPrices prices) {
        return canonical(TermsJson.write(terms, prices::of), linesJson());
    }

    /**
     * The same for whoever has them as JSON already.
     *
     * @param termsJson as {@link TermsJson} writes the terms
     * @param linesJson as {@link #linesJson()} gives them
     */
    public Canonical canonical(ObjectNode termsJson, ArrayNode linesJson) {
        String termsText = CanonicalJson.text(termsJson);
        String linesText = CanonicalJson.text(linesJson);
        // Members in the order of their names, as the canonical form of the whole has them.
        String whole = "{\"cut\":" + CanonicalJson.text(cutJson(cut)) + ",\"lines\":" + linesText + ",\"terms\":"
                + termsText + '}';
        return new Canonical(termsText, linesText, CanonicalJson.hash(whole));
    }

    /** The lines as the HTTP contract shows them, without their ids. */
    public ArrayNode linesJson() {
        ArrayNode array = Json.array();
        lines.forEach(line -> array.add(LineJson.write(line)));
        return array;
    }

    /** The same with ids that are null, as a preview's are: nothing stored has them. */
    public ArrayNode draftLinesJson() {
        ArrayNode array = Json.array();
        lines.forEach(line -> array.add(Json.object().putNull("id").setAll(LineJson.write(line))));
        return array;
    }

    /** The same with the ids derived from the invoice's. */
    public ArrayNode linesJson(UUID invoice) {
        return withIds(linesJson(), invoice);
    }

    /**
     * Lines with ids, which come first.
     *
     * @param linesJson as {@link #linesJson()} gives them
     */
    public static ArrayNode withIds(ArrayNode linesJson, UUID invoice) {
        ArrayNode array = Json.array();
        for (int i = 0; i < linesJson.size(); i++) {
            ObjectNode line = Json.object().put("id", DerivedId.line(invoice, i).toString());
            // What is not a line stands in a damaged row only, and is shown as it is.
            array.add(linesJson.get(i) instanceof ObjectNode without ? line.setAll(without) : linesJson.get(i));
        }
        return array;
    }

    /** The cut as the HTTP contract shows it. */
    public static ObjectNode cutJson(InvoiceCut cut) {
        return Json.object()
                .put("from", cut.from().toString())
                .put("to", cut.to().toString())
                .put("accepted_before", cut.acceptedBefore().toString());
    }

    /** Days as the HTTP contract shows them. */
    public static ObjectNode rangeJson(DateRange range) {
        return Json.object()
                .put("start", range.start().toString())
                .put("end", range.end().toString());
    }
}
