package dev.valora.billing.invoice;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.catalog.Price;
import dev.valora.billing.catalog.PriceTermsJson;
import dev.valora.billing.invoice.AdvanceTerms.Held;
import dev.valora.billing.invoice.InvoiceTerms.Buyer;
import dev.valora.billing.invoice.InvoiceTerms.Seller;
import dev.valora.ingest.Json;
import dev.valora.ingest.Organization;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Frozen terms as JSON and back. Part of the hashed content, so what stands here only ever grows by members that may lack. */
public final class TermsJson {

    private TermsJson() {}

    /** Writes terms; absent parts are left out, decimals and dates are strings. */
    public static ObjectNode write(InvoiceTerms terms) {
        return write(terms, PriceJson::write);
    }

    /**
     * The same with prices that are written already.
     *
     * @param prices gives them
     */
    static ObjectNode write(InvoiceTerms terms, Function<Price, JsonNode> prices) {
        ObjectNode json = Json.object();
        ObjectNode seller = json.putObject("seller").put("name", terms.seller().name());
        putIfPresent(seller, "address", terms.seller().address());
        putIfPresent(seller, "tax_id", terms.seller().taxId());
        ObjectNode buyer = json.putObject("buyer")
                .put("id", terms.buyer().id().toString())
                .put("key", terms.buyer().key())
                .put("name", terms.buyer().name());
        putIfPresent(buyer, "email", terms.buyer().email());
        putIfPresent(buyer, "address", terms.buyer().address());
        json.put("currency", terms.currency())
                .put("exponent", terms.exponent())
                .put("subscription", terms.subscription().toString())
                .put("net_terms_days", terms.netTermsDays());
        json.set("closing", CycleTermsJson.write(terms.closing(), prices));
        ArrayNode advance = json.putArray("advance");
        terms.advance().forEach(licence -> advance.add(licence(licence, prices)));
        if (!terms.late().isEmpty()) {
            ArrayNode late = json.putArray("late");
            terms.late().forEach(bill -> late.add(CycleTermsJson.write(bill, prices)));
            json.put("late_usage", terms.lateUsage().name().toLowerCase(Locale.ROOT));
        }
        if (!terms.adjustments().isEmpty()) {
            ArrayNode adjustments = json.putArray("adjustments");
            terms.adjustments()
                    .forEach(adjustment -> adjustments
                            .addObject()
                            .put("id", adjustment.id().toString())
                            .put("description", adjustment.description())
                            .put("amount", PriceTermsJson.decimal(adjustment.amount())));
        }
        return json;
    }

    /** Reads what {@link #write} wrote. */
    public static InvoiceTerms read(JsonNode json) {
        JsonNode seller = json.get("seller");
        JsonNode buyer = json.get("buyer");
        List<AdvanceTerms> advance = new ArrayList<>();
        json.get("advance").forEach(licence -> advance.add(readLicence(licence)));
        List<CycleBill> late = new ArrayList<>();
        json.path("late").forEach(bill -> late.add(CycleTermsJson.read(bill)));
        List<AdjustmentTerms> adjustments = new ArrayList<>();
        json.path("adjustments").forEach(adjustment -> adjustments.add(readAdjustment(adjustment)));
        return new InvoiceTerms(
                new Seller(text(seller, "name"), optional(seller, "address"), optional(seller, "tax_id")),
                new Buyer(
                        UUID.fromString(text(buyer, "id")),
                        text(buyer, "key"),
                        text(buyer, "name"),
                        optional(buyer, "email"),
                        optional(buyer, "address")),
                text(json, "currency"),
                json.get("exponent").intValue(),
                UUID.fromString(text(json, "subscription")),
                CycleTermsJson.read(json.get("closing")),
                json.get("net_terms_days").intValue(),
                advance,
                late,
                late.isEmpty()
                        ? Organization.LateUsage.BILL_NEXT
                        : Organization.LateUsage.valueOf(
                                text(json, "late_usage").toUpperCase(Locale.ROOT)),
                adjustments);
    }

    private static ObjectNode licence(AdvanceTerms licence, Function<Price, JsonNode> prices) {
        ObjectNode json = Json.object().put("cycle", licence.cycle());
        json.set("period", CycleTermsJson.period(licence.period()));
        json.set("item", CycleTermsJson.item(licence.item(), prices));
        if (!licence.held().isEmpty()) {
            ArrayNode held = json.putArray("held");
            licence.held().forEach(days -> {
                ObjectNode range = InvoiceContent.rangeJson(days.days());
                held.add(days.isCredit() ? range.put("credit", true) : range);
            });
        }
        return json;
    }

    private static AdvanceTerms readLicence(JsonNode json) {
        List<Held> held = new ArrayList<>();
        json.path("held")
                .forEach(days -> held.add(new Held(
                        CycleTermsJson.readRange(days), days.path("credit").booleanValue())));
        return new AdvanceTerms(
                json.get("cycle").intValue(),
                CycleTermsJson.readPeriod(json.get("period")),
                CycleTermsJson.readItem(json.get("item")),
                held);
    }

    private static AdjustmentTerms readAdjustment(JsonNode json) {
        return new AdjustmentTerms(
                UUID.fromString(text(json, "id")), text(json, "description"), new BigDecimal(text(json, "amount")));
    }

    static void putIfPresent(ObjectNode json, String name, @Nullable String value) {
        if (value != null) {
            json.put(name, value);
        }
    }

    static String text(JsonNode json, String name) {
        return json.get(name).textValue();
    }

    static @Nullable String optional(JsonNode json, String name) {
        return json.hasNonNull(name) ? text(json, name) : null;
    }
}
