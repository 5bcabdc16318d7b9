package dev.valora.billing.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.rating.AmountBounds;
import dev.valora.billing.rating.PriceModel;
import dev.valora.billing.rating.PriceTerms;
import dev.valora.billing.rating.Tier;
import dev.valora.ingest.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Price terms as JSON: the members of the HTTP contract's {@code version} but its date. The same form is stored in the
 * database and in the terms of invoices, so it only ever grows.
 */
public final class PriceTermsJson {

    private PriceTermsJson() {}

    /** Writes terms; decimals are plain strings without trailing zeros. */
    public static ObjectNode write(PriceTerms terms) {
        ObjectNode json = Json.object();
        switch (terms.model()) {
            case PriceModel.Flat flat -> json.put("model", "flat").put("amount", decimal(flat.amount()));
            case PriceModel.PerUnit perUnit ->
                json.put("model", "per_unit")
                        .put("unit_amount", decimal(perUnit.unitAmount()))
                        .put("free_units", decimal(perUnit.freeUnits()));
            case PriceModel.Graduated graduated -> writeTiers(json.put("model", "graduated"), graduated.tiers());
            case PriceModel.Volume volume -> writeTiers(json.put("model", "volume"), volume.tiers());
            case PriceModel.Packages packages ->
                json.put("model", "package")
                        .put("package_size", decimal(packages.size()))
                        .put("package_amount", decimal(packages.amount()))
                        .put("free_units", decimal(packages.freeUnits()));
        }
        BigDecimal minimum = terms.bounds().minimum();
        if (minimum != null) {
            json.put("minimum_amount", decimal(minimum));
        }
        BigDecimal maximum = terms.bounds().maximum();
        if (maximum != null) {
            json.put("maximum_amount", decimal(maximum));
        }
        return json;
    }

    /** Reads what {@link #write} wrote. */
    public static PriceTerms read(JsonNode json) {
        String model = json.get("model").textValue();
        PriceModel read = switch (model) {
            case "flat" -> new PriceModel.Flat(required(json, "amount"));
            case "per_unit" -> new PriceModel.PerUnit(required(json, "unit_amount"), required(json, "free_units"));
            case "graduated" -> new PriceModel.Graduated(readTiers(json));
            case "volume" -> new PriceModel.Volume(readTiers(json));
            case "package" ->
                new PriceModel.Packages(
                        required(json, "package_size"), required(json, "package_amount"), required(json, "free_units"));
            default -> throw new IllegalArgumentException("unknown price model in stored terms: " + model);
        };
        return new PriceTerms(
                read, new AmountBounds(optional(json, "minimum_amount"), optional(json, "maximum_amount")));
    }

    /** A decimal as every document of Valora writes it: plain, without trailing zeros. */
    public static String decimal(BigDecimal value) {
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }

    private static void writeTiers(ObjectNode json, List<Tier> tiers) {
        ArrayNode array = json.putArray("tiers");
        for (Tier tier : tiers) {
            BigDecimal upTo = tier.upTo();
            array.addObject()
                    .put("up_to", upTo == null ? null : decimal(upTo))
                    .put("unit_amount", decimal(tier.unitAmount()))
                    .put("flat_amount", decimal(tier.flatAmount()));
        }
    }

    private static List<Tier> readTiers(JsonNode json) {
        List<Tier> tiers = new ArrayList<>();
        json.get("tiers")
                .forEach(tier -> tiers.add(new Tier(
                        optional(tier, "up_to"), required(tier, "unit_amount"), required(tier, "flat_amount"))));
        return tiers;
    }

    private static BigDecimal required(JsonNode json, String name) {
        return new BigDecimal(json.get(name).textValue());
    }

    private static @Nullable BigDecimal optional(JsonNode json, String name) {
        return json.hasNonNull(name) ? required(json, name) : null;
    }
}
