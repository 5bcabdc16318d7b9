package dev.valora.billing.invoice;

import static dev.valora.billing.invoice.TermsJson.optional;
import static dev.valora.billing.invoice.TermsJson.putIfPresent;
import static dev.valora.billing.invoice.TermsJson.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.catalog.Price;
import dev.valora.billing.catalog.PriceTermsJson;
import dev.valora.billing.invoice.InvoiceTerms.ItemTerms;
import dev.valora.billing.invoice.InvoiceTerms.ServicePeriod;
import dev.valora.billing.invoice.UsageTerms.MeterTerms;
import dev.valora.ingest.Aggregation;
import dev.valora.ingest.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/**
 * The terms of one cycle, and what was billed of it before, as JSON and back: the closing cycle of an invoice's terms, and each
 * earlier one that it corrects. Part of the hashed content.
 */
public final class CycleTermsJson {

    private CycleTermsJson() {}

    /** Writes the terms of a cycle and what was billed of it before, if anything was. */
    public static ObjectNode write(CycleBill bill) {
        return write(bill, PriceJson::write);
    }

    static ObjectNode write(CycleBill bill, Function<Price, JsonNode> prices) {
        CycleTerms terms = bill.terms();
        ObjectNode json = Json.object().put("cycle", terms.cycle()).put("trial", terms.isTrial());
        json.set("period", period(terms.period()));
        ArrayNode items = json.putArray("items");
        terms.items().forEach(item -> items.add(item(item, prices)));
        json.set("usage", usage(terms.usage()));
        if (!bill.before().isEmpty()) {
            ArrayNode before = json.putArray("billed_before");
            bill.before().forEach(billed -> before.add(before(billed)));
        }
        return json;
    }

    /** Reads what {@link #write} wrote. */
    public static CycleBill read(JsonNode json) {
        int cycle = json.get("cycle").intValue();
        List<ItemTerms> items = new ArrayList<>();
        json.get("items").forEach(item -> items.add(readItem(item)));
        List<CycleBill.Before> before = new ArrayList<>();
        json.path("billed_before").forEach(billed -> before.add(readBefore(cycle, billed)));
        CycleTerms terms = new CycleTerms(
                cycle,
                readPeriod(json.get("period")),
                json.get("trial").booleanValue(),
                items,
                readUsage(json.get("usage")));
        return new CycleBill(terms, before);
    }

    /** Amount and quantity are of all that was billed or waived; what was waived of them lacks where nothing was. */
    private static ObjectNode before(CycleBill.Before before) {
        ObjectNode json = Json.object()
                .put("item", before.key().item().toString())
                .put("price", before.key().price())
                .put("amount", PriceTermsJson.decimal(before.amount()))
                .put("quantity", PriceTermsJson.decimal(before.quantity()));
        if (before.waivedAmount().signum() != 0 || before.waivedQuantity().signum() != 0) {
            json.put("waived_amount", PriceTermsJson.decimal(before.waivedAmount()))
                    .put("waived_quantity", PriceTermsJson.decimal(before.waivedQuantity()));
        }
        return json;
    }

    private static CycleBill.Before readBefore(int cycle, JsonNode json) {
        return new CycleBill.Before(
                new LedgerEntry.Key(cycle, UUID.fromString(text(json, "item")), text(json, "price")),
                new BigDecimal(text(json, "amount")),
                new BigDecimal(text(json, "quantity")),
                new BigDecimal(json.path("waived_amount").asText("0")),
                new BigDecimal(json.path("waived_quantity").asText("0")));
    }

    static ObjectNode period(ServicePeriod period) {
        ObjectNode json = InvoiceContent.rangeJson(period.days());
        json.set("full_period", InvoiceContent.rangeJson(period.full()));
        return json;
    }

    static ServicePeriod readPeriod(JsonNode json) {
        return new ServicePeriod(readRange(json), readRange(json.get("full_period")));
    }

    static DateRange readRange(JsonNode json) {
        return new DateRange(LocalDate.parse(text(json, "start")), LocalDate.parse(text(json, "end")));
    }

    static ObjectNode item(ItemTerms item, Function<Price, JsonNode> prices) {
        ObjectNode json = Json.object()
                .put("id", item.id().toString())
                .put("quantity", PriceTermsJson.decimal(item.quantity()))
                .put("start", item.start().toString());
        LocalDate end = item.end();
        putIfPresent(json, "end", end == null ? null : end.toString());
        json.set("price", prices.apply(item.price()));
        return json;
    }

    static ItemTerms readItem(JsonNode json) {
        String end = optional(json, "end");
        return new ItemTerms(
                UUID.fromString(text(json, "id")),
                PriceJson.read(json.get("price")),
                new BigDecimal(text(json, "quantity")),
                LocalDate.parse(text(json, "start")),
                end == null ? null : LocalDate.parse(end));
    }

    private static ObjectNode usage(UsageTerms usage) {
        ObjectNode json = Json.object();
        ArrayNode meters = json.putArray("meters");
        for (MeterTerms meter : usage.meters()) {
            ObjectNode entry = meters.addObject()
                    .put("code", meter.code())
                    .put("aggregation", meter.aggregation().wireName())
                    .put("event_type", meter.eventType());
            putIfPresent(entry, "value_property", meter.valueProperty());
            ArrayNode dimensions = entry.putArray("dimensions");
            meter.dimensions().forEach(dimensions::add);
        }
        ObjectNode dayStarts = json.putObject("day_starts");
        usage.dayStarts().forEach((day, start) -> dayStarts.put(day.toString(), start.toString()));
        return json;
    }

    private static UsageTerms readUsage(JsonNode json) {
        List<MeterTerms> meters = new ArrayList<>();
        for (JsonNode meter : json.get("meters")) {
            List<String> dimensions = new ArrayList<>();
            meter.get("dimensions").forEach(dimension -> dimensions.add(dimension.textValue()));
            String aggregation = text(meter, "aggregation");
            meters.add(new MeterTerms(
                    text(meter, "code"),
                    Aggregation.ofWireName(aggregation)
                            .orElseThrow(
                                    () -> new IllegalStateException("unknown aggregation in terms: " + aggregation)),
                    text(meter, "event_type"),
                    optional(meter, "value_property"),
                    dimensions));
        }
        SortedMap<LocalDate, Instant> dayStarts = new TreeMap<>();
        json.get("day_starts")
                .properties()
                .forEach(day -> dayStarts.put(
                        LocalDate.parse(day.getKey()),
                        Instant.parse(day.getValue().textValue())));
        return new UsageTerms(meters, dayStarts);
    }
}
