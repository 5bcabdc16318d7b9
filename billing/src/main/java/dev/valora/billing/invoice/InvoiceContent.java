package dev.valora.billing.invoice;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.catalog.PriceTermsJson;
import dev.valora.billing.rating.Charge;
import dev.valora.billing.rating.Rounding;
import dev.valora.ingest.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * What an invoice says, and the hash over it. The hash leaves out id, number, status, finalization and payment, so that when
 * and how often a job ran cannot change it.
 *
 * @param lines in the order they stand
 */
public record InvoiceContent(InvoiceTerms terms, InvoiceCut cut, List<InvoiceLine> lines) {

    public InvoiceContent {
        lines = List.copyOf(lines);
    }

    /**
     * Computes an invoice from all that it depends on, and checks it.
     *
     * @param usage the quantity of each of {@link InvoiceDraft#usageNeeds}
     * @throws RefusedInvoiceException when it says something that no invoice may say
     */
    public static InvoiceContent of(FrozenInvoice frozen, Map<UsageNeed, BigDecimal> usage) {
        InvoiceContent content =
                new InvoiceContent(frozen.terms(), frozen.cut(), InvoiceDraft.lines(frozen.terms(), usage));
        InvoiceChecks.check(content);
        return content;
    }

    /** What the lines bill of each cycle, item and price; lines without an item are in none. */
    public List<LedgerEntry> ledger() {
        Map<LedgerEntry.Key, BigDecimal> amounts = new LinkedHashMap<>();
        for (InvoiceLine line : lines) {
            UUID item = line.item();
            String price = line.price();
            if (item != null && price != null) {
                amounts.merge(new LedgerEntry.Key(cycleOf(line), item, price), line.amount(), BigDecimal::add);
            }
        }
        List<LedgerEntry> entries = new ArrayList<>();
        amounts.forEach((key, amount) -> entries.add(new LedgerEntry(key, amount)));
        return entries;
    }

    /** Advance charges belong to the cycle that follows the one that is closed. */
    private int cycleOf(InvoiceLine line) {
        boolean inAdvance = terms.advance()
                .filter(period -> period.days().contains(line.servicePeriod().start()))
                .isPresent();
        return inAdvance ? terms.cycle() + 1 : terms.cycle();
    }

    /** The sum of the rounded lines, with the currency's exponent. */
    public BigDecimal total() {
        return Rounding.toMinorUnit(
                lines.stream().map(InvoiceLine::amount).reduce(BigDecimal.ZERO, BigDecimal::add), terms.exponent());
    }

    /** SHA-256 over the canonical form of terms, cut and lines. */
    public String hash() {
        ObjectNode content = Json.object();
        content.set("terms", TermsJson.write(terms));
        content.set("cut", cutJson(cut));
        content.set("lines", linesJson());
        return CanonicalJson.hash(content);
    }

    /** The lines as the HTTP contract shows them, without their ids. */
    public ArrayNode linesJson() {
        ArrayNode array = Json.array();
        for (InvoiceLine line : lines) {
            array.add(lineJson(line));
        }
        return array;
    }

    /** The same with the ids derived from the invoice's. */
    public ArrayNode linesJson(UUID invoice) {
        ArrayNode array = Json.array();
        for (int i = 0; i < lines.size(); i++) {
            ObjectNode line = Json.object().put("id", DerivedId.line(invoice, i).toString());
            array.add(line.setAll(lineJson(lines.get(i))));
        }
        return array;
    }

    /** The cut as the HTTP contract shows it. */
    public static ObjectNode cutJson(InvoiceCut cut) {
        return Json.object()
                .put("from", instant(cut.from()))
                .put("to", instant(cut.to()))
                .put("accepted_before", instant(cut.acceptedBefore()));
    }

    /** Days as the HTTP contract shows them. */
    public static ObjectNode rangeJson(DateRange range) {
        return Json.object()
                .put("start", range.start().toString())
                .put("end", range.end().toString());
    }

    private ObjectNode lineJson(InvoiceLine line) {
        ObjectNode json = Json.object()
                .put("kind", line.kind().name().toLowerCase(Locale.ROOT))
                .put("description", line.description());
        UUID item = line.item();
        json.put("item", item == null ? null : item.toString());
        json.put("price", line.price());
        json.put("price_version", line.priceVersion());
        json.set("service_period", rangeJson(line.servicePeriod()));
        BigDecimal quantity = line.quantity();
        json.put("quantity", quantity == null ? null : PriceTermsJson.decimal(quantity));
        json.put("amount", line.amount().toPlainString());
        if (!line.dimensions().isEmpty()) {
            ObjectNode dimensions = json.putObject("dimensions");
            line.dimensions().forEach(dimensions::put);
        }
        ArrayNode details = json.putArray("details");
        for (Charge.Step step : line.details()) {
            details.addObject()
                    .put("tier", step.tier())
                    .put("quantity", PriceTermsJson.decimal(step.quantity()))
                    .put("unit_amount", PriceTermsJson.decimal(step.unitAmount()))
                    .put("flat_amount", PriceTermsJson.decimal(step.flatAmount()))
                    .put("amount", PriceTermsJson.decimal(step.amount()));
        }
        return json;
    }

    private static String instant(Instant instant) {
        return instant.toString();
    }
}
