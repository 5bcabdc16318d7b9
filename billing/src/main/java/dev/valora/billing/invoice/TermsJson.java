package dev.valora.billing.invoice;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.calendar.BillingInterval;
import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.catalog.Price;
import dev.valora.billing.catalog.Price.Basis;
import dev.valora.billing.catalog.PriceTermsJson;
import dev.valora.billing.catalog.PriceVersion;
import dev.valora.billing.invoice.InvoiceTerms.Buyer;
import dev.valora.billing.invoice.InvoiceTerms.ItemTerms;
import dev.valora.billing.invoice.InvoiceTerms.Seller;
import dev.valora.billing.invoice.InvoiceTerms.ServicePeriod;
import dev.valora.billing.invoice.UsageTerms.MeterTerms;
import dev.valora.ingest.Aggregation;
import dev.valora.ingest.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Frozen terms as JSON and back. Part of the hashed content, so what stands here only ever grows by members that may lack. */
public final class TermsJson {

    private TermsJson() {}

    /** Writes terms; absent parts are left out, decimals and dates are strings. */
    public static ObjectNode write(InvoiceTerms terms) {
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
                .put("cycle", terms.cycle())
                .put("trial", terms.trial())
                .put("net_terms_days", terms.netTermsDays());
        terms.closing().ifPresent(period -> json.set("closing", period(period)));
        terms.advance().ifPresent(period -> json.set("advance", period(period)));
        ArrayNode items = json.putArray("items");
        terms.items().forEach(item -> items.add(item(item)));
        json.set("usage", usage(terms.usage()));
        return json;
    }

    /** Reads what {@link #write} wrote. */
    public static InvoiceTerms read(JsonNode json) {
        JsonNode seller = json.get("seller");
        JsonNode buyer = json.get("buyer");
        List<ItemTerms> items = new ArrayList<>();
        json.get("items").forEach(item -> items.add(readItem(item)));
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
                json.get("cycle").intValue(),
                readPeriod(json, "closing"),
                readPeriod(json, "advance"),
                json.get("trial").booleanValue(),
                json.get("net_terms_days").intValue(),
                items,
                readUsage(json.get("usage")));
    }

    private static ObjectNode period(ServicePeriod period) {
        ObjectNode json = InvoiceContent.rangeJson(period.days());
        json.set("full_period", InvoiceContent.rangeJson(period.full()));
        return json;
    }

    private static Optional<ServicePeriod> readPeriod(JsonNode json, String name) {
        return json.hasNonNull(name)
                ? Optional.of(new ServicePeriod(
                        readRange(json.get(name)), readRange(json.get(name).get("full_period"))))
                : Optional.empty();
    }

    private static DateRange readRange(JsonNode json) {
        return new DateRange(LocalDate.parse(text(json, "start")), LocalDate.parse(text(json, "end")));
    }

    private static ObjectNode item(ItemTerms item) {
        ObjectNode json = Json.object()
                .put("id", item.id().toString())
                .put("quantity", PriceTermsJson.decimal(item.quantity()))
                .put("start", item.start().toString());
        LocalDate end = item.end();
        putIfPresent(json, "end", end == null ? null : end.toString());
        json.set("price", price(item.price()));
        return json;
    }

    private static ItemTerms readItem(JsonNode json) {
        String end = optional(json, "end");
        return new ItemTerms(
                UUID.fromString(text(json, "id")),
                readPrice(json.get("price")),
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

    private static ObjectNode price(Price price) {
        ObjectNode json = Json.object()
                .put("code", price.code())
                .put("product", price.product())
                .put("label", price.label())
                .put("interval", price.interval().unit().name().toLowerCase(Locale.ROOT))
                .put("interval_count", price.interval().count());
        switch (price.charge()) {
            case Basis.Recurring recurring ->
                json.put("type", "recurring").put("timing", recurring.inAdvance() ? "advance" : "arrears");
            case Basis.Usage usage -> {
                json.put("type", "usage").put("meter", usage.meter());
                ObjectNode filter = json.putObject("filter");
                usage.filter().forEach(filter::put);
            }
        }
        ArrayNode versions = json.putArray("versions");
        for (PriceVersion version : price.versions()) {
            LocalDate effective = version.effectiveFrom();
            ObjectNode entry = versions.addObject().put("version", version.version());
            putIfPresent(entry, "effective_from", effective == null ? null : effective.toString());
            entry.set("terms", PriceTermsJson.write(version.terms()));
        }
        return json;
    }

    private static Price readPrice(JsonNode json) {
        List<PriceVersion> versions = new ArrayList<>();
        for (JsonNode version : json.get("versions")) {
            String effective = optional(version, "effective_from");
            versions.add(new PriceVersion(
                    version.get("version").intValue(),
                    effective == null ? null : LocalDate.parse(effective),
                    PriceTermsJson.read(version.get("terms"))));
        }
        return new Price(
                text(json, "code"),
                text(json, "product"),
                text(json, "label"),
                readBasis(json),
                new BillingInterval(
                        BillingInterval.Unit.valueOf(text(json, "interval").toUpperCase(Locale.ROOT)),
                        json.get("interval_count").intValue()),
                versions);
    }

    private static Basis readBasis(JsonNode json) {
        if (text(json, "type").equals("recurring")) {
            return new Basis.Recurring(text(json, "timing").equals("advance"));
        }
        Map<String, String> filter = new TreeMap<>();
        json.get("filter")
                .properties()
                .forEach(entry -> filter.put(entry.getKey(), entry.getValue().textValue()));
        return new Basis.Usage(text(json, "meter"), filter);
    }

    private static void putIfPresent(ObjectNode json, String name, @Nullable String value) {
        if (value != null) {
            json.put(name, value);
        }
    }

    private static String text(JsonNode json, String name) {
        return json.get(name).textValue();
    }

    private static @Nullable String optional(JsonNode json, String name) {
        return json.hasNonNull(name) ? text(json, name) : null;
    }
}
