package dev.valora.billing.invoice;

import static dev.valora.billing.invoice.TermsJson.optional;
import static dev.valora.billing.invoice.TermsJson.putIfPresent;
import static dev.valora.billing.invoice.TermsJson.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.calendar.BillingInterval;
import dev.valora.billing.catalog.Price;
import dev.valora.billing.catalog.Price.Basis;
import dev.valora.billing.catalog.PriceTermsJson;
import dev.valora.billing.catalog.PriceVersion;
import dev.valora.ingest.Json;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A price with its versions as JSON and back. Part of the hashed content. */
final class PriceJson {

    private PriceJson() {}

    static ObjectNode write(Price price) {
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

    static Price read(JsonNode json) {
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
}
