package dev.valora.billing.invoices;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.calendar.Fraction;
import dev.valora.billing.catalog.Price;
import dev.valora.billing.catalog.PriceTermsJson;
import dev.valora.billing.catalog.PriceVersion;
import dev.valora.billing.rating.AmountBounds;
import dev.valora.billing.rating.PriceModel;
import dev.valora.billing.rating.Rounding;
import dev.valora.billing.rating.Tier;
import dev.valora.ingest.Json;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;

/**
 * How the amount of a line came about, from the version's terms to the rounding. Pure: it reads what the line says and computes
 * each step again from it.
 */
final class LineExplanation {

    private final LineTerms terms;
    private final JsonNode lines;
    private final JsonNode line;
    private final int exponent;

    /**
     * The explanation of one line.
     *
     * @param lines all of the invoice, as they are stored
     * @param exponent of the currency's minor unit
     */
    LineExplanation(LineTerms terms, JsonNode lines, JsonNode line, int exponent) {
        this.terms = terms;
        this.lines = lines;
        this.line = line;
        this.exponent = exponent;
    }

    /** Adds the price, the steps, the share and the rounding to the answer. */
    void addTo(ObjectNode json) {
        json.set("price", terms.price().map(this::price).orElse(null));
        json.put("trial", terms.isTrial());
        switch (terms.kind()) {
            case "minimum", "maximum" -> json.set("bound", bound());
            case "recurring", "usage" -> addRating(json);
            default -> {
                // Somebody set the amount, or it is the difference of two that other invoices explain.
            }
        }
    }

    private void addRating(ObjectNode json) {
        if (terms.kind().equals("usage")) {
            json.put("continues_at", PriceTermsJson.decimal(ratedBefore()));
        }
        ArrayNode steps = json.putArray("steps");
        BigDecimal exact = BigDecimal.ZERO;
        for (JsonNode step : line.path("details")) {
            steps.add(step(step));
            exact = exact.add(decimal(step, "amount"));
        }
        json.set("proration", share());
        json.putObject("rounding")
                .put("exact", PriceTermsJson.decimal(exact))
                .put("mode", "half_up")
                .put("exponent", exponent)
                .put(
                        "amount",
                        Rounding.toMinorUnit(exact, terms.share(), exponent).toPlainString());
    }

    private ObjectNode price(Price price) {
        ObjectNode json = Json.object().put("code", price.code()).put("name", price.label());
        terms.version().ifPresent(version -> json.set("version", version(version)));
        return json;
    }

    private static ObjectNode version(PriceVersion version) {
        LocalDate from = version.effectiveFrom();
        ObjectNode json = Json.object()
                .put("version", version.version())
                .put("effective_from", from == null ? null : from.toString());
        return json.setAll(PriceTermsJson.write(version.terms()));
    }

    /** A step with the bounds of its tier, where there are tiers. */
    private ObjectNode step(JsonNode step) {
        ObjectNode json = Json.object().put("tier", step.path("tier").asInt());
        List<Tier> tiers = tiers();
        int index = step.path("tier").asInt() - 1;
        if (index >= 0 && index < tiers.size()) {
            BigDecimal above =
                    index == 0 ? BigDecimal.ZERO : tiers.get(index - 1).upTo();
            BigDecimal upTo = tiers.get(index).upTo();
            json.put("above", above == null ? null : PriceTermsJson.decimal(above))
                    .put("up_to", upTo == null ? null : PriceTermsJson.decimal(upTo));
        }
        for (String member : List.of("quantity", "unit_amount", "flat_amount", "amount")) {
            json.set(member, step.path(member));
        }
        return json;
    }

    private List<Tier> tiers() {
        return terms.version()
                .map(version -> switch (version.terms().model()) {
                    case PriceModel.Graduated graduated -> graduated.tiers();
                    case PriceModel.Volume volume -> volume.tiers();
                    case PriceModel.Flat flat -> List.<Tier>of();
                    case PriceModel.PerUnit perUnit -> List.<Tier>of();
                    case PriceModel.Packages packages -> List.<Tier>of();
                })
                .orElse(List.of());
    }

    /** What earlier parts of the same cycle came to: tiers, packages and free units go on from there. */
    private BigDecimal ratedBefore() {
        String start = line.path("service_period").path("start").asText();
        BigDecimal before = BigDecimal.ZERO;
        for (JsonNode other : lines) {
            if (other.path("kind").asText().equals("usage")
                    && other.path("item").equals(line.path("item"))
                    && other.path("service_period").path("end").asText().compareTo(start) <= 0) {
                before = before.add(decimal(other, "quantity"));
            }
        }
        return before;
    }

    /** What the bound is, what had been charged, and what it has to come to. */
    private ObjectNode bound() {
        AmountBounds bounds =
                terms.version().map(version -> version.terms().bounds()).orElse(AmountBounds.NONE);
        BigDecimal amount = terms.kind().equals("minimum") ? bounds.minimum() : bounds.maximum();
        ObjectNode json = Json.object().put("amount", amount == null ? null : PriceTermsJson.decimal(amount));
        json.set("proration", share());
        if (amount != null) {
            BigDecimal target = Rounding.toMinorUnit(amount, terms.share(), exponent);
            json.put("target", target.toPlainString())
                    .put("charged", target.subtract(decimal(line, "amount")).toPlainString());
        }
        return json;
    }

    private ObjectNode share() {
        Fraction share = terms.share();
        return Json.object().put("days", share.days()).put("of", share.of());
    }

    private static BigDecimal decimal(JsonNode node, String name) {
        return new BigDecimal(node.path(name).asText());
    }
}
