package dev.valora.billing.offering;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.JsonColumn;
import dev.valora.billing.catalog.Price;
import dev.valora.billing.catalog.Price.Basis;
import dev.valora.billing.catalog.PriceTermsJson;
import dev.valora.billing.catalog.PriceVersion;
import dev.valora.ingest.Json;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A price as it is sold.
 *
 * @param price what it charges, with every version
 * @param name of its own; null when it goes by its product's
 * @param archivedAt null while it takes new subscriptions, if its product does
 * @param productArchived whether its product takes none
 */
public record OfferedPrice(
        Price price,
        @Nullable String name,
        Instant createdAt,
        @Nullable Instant archivedAt,
        boolean productArchived) {

    /** Whether new subscriptions may use it. */
    public boolean isSold() {
        return archivedAt == null && !productArchived;
    }

    OfferedPrice archived(Instant at) {
        return new OfferedPrice(price, name, createdAt, archivedAt == null ? at : archivedAt, productArchived);
    }

    static String target(String code) {
        return "price:" + code;
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object()
                .put("code", price.code())
                .put("product", price.product())
                .put("name", name);
        switch (price.charge()) {
            case Basis.Recurring ignored ->
                json.put("type", "recurring").putNull("meter").putNull("filter");
            case Basis.Usage usage -> {
                json.put("type", "usage").put("meter", usage.meter());
                json.set(
                        "filter",
                        usage.filter().isEmpty() ? Json.object().nullNode() : JsonColumn.toJson(usage.filter()));
            }
        }
        json.put("interval", price.interval().unit().name().toLowerCase(Locale.ROOT))
                .put("interval_count", price.interval().count())
                .put("timing", price.isInAdvance() ? "advance" : "arrears");
        Offering.putLife(json, createdAt, archivedAt);
        ArrayNode versions = json.putArray("versions");
        price.versions().stream()
                .sorted(Comparator.comparingInt(PriceVersion::version))
                .forEach(version -> versions.add(versionJson(version)));
        return json;
    }

    static ObjectNode versionJson(PriceVersion version) {
        LocalDate effectiveFrom = version.effectiveFrom();
        ObjectNode json = Json.object()
                .put("version", version.version())
                .put("effective_from", effectiveFrom == null ? null : effectiveFrom.toString());
        return json.setAll(PriceTermsJson.write(version.terms()));
    }
}
