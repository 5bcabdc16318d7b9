package dev.valora.billing.invoices;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.calendar.Fraction;
import dev.valora.billing.catalog.Price;
import dev.valora.billing.catalog.PriceTermsJson;
import dev.valora.billing.catalog.PriceVersion;
import dev.valora.billing.invoice.CycleBill;
import dev.valora.billing.invoice.InvoiceContent;
import dev.valora.billing.invoice.InvoiceLine.Kind;
import dev.valora.billing.invoice.UsageCharge;
import dev.valora.billing.invoice.UsageNeed;
import dev.valora.billing.rating.AmountBounds;
import dev.valora.billing.rating.Charge;
import dev.valora.billing.rating.PriceModel;
import dev.valora.billing.rating.Rounding;
import dev.valora.billing.rating.Tier;
import dev.valora.ingest.Json;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
     * @param lines all of the invoice, as they were computed
     * @param exponent of the currency's minor unit
     */
    LineExplanation(LineTerms terms, JsonNode lines, JsonNode line, int exponent) {
        this.terms = terms;
        this.lines = lines;
        this.line = line;
        this.exponent = exponent;
    }

    /**
     * Adds the price, the steps, the share and the rounding to the answer.
     *
     * @param usage for each quantity that the invoice needs
     */
    void addTo(ObjectNode json, Map<UsageNeed, BigDecimal> usage) {
        json.set("price", terms.price().map(this::price).orElse(null));
        json.put("trial", terms.isTrial());
        switch (terms.kind()) {
            case MINIMUM, MAXIMUM -> json.set("bound", bound());
            case USAGE -> {
                json.put("continues_at", PriceTermsJson.decimal(ratedBefore()));
                addRating(json);
            }
            case RECURRING -> addRating(json);
            case PRORATION -> {
                addRating(json);
                addProration(json);
            }
            case LATE_USAGE -> {
                json.set("target", terms.target(usage).map(this::target).orElse(null));
                json.set(
                        "billed_before",
                        terms.billedBefore().map(this::billedBefore).orElse(null));
            }
            case ADJUSTMENT -> {
                // Somebody set the amount.
            }
        }
    }

    private void addRating(ObjectNode json) {
        ArrayNode steps = json.putArray("steps");
        BigDecimal exact = BigDecimal.ZERO;
        for (JsonNode step : line.path("details")) {
            int tier = step.path("tier").asInt();
            ObjectNode shown = bounds(tier, terms.version());
            for (String member : List.of("quantity", "unit_amount", "flat_amount", "amount")) {
                shown.set(member, step.path(member));
            }
            steps.add(shown);
            exact = exact.add(decimal(step, "amount"));
        }
        json.set("proration", share());
        json.putObject("rounding")
                .put("exact", PriceTermsJson.decimal(exact))
                .put("mode", "half_up")
                .put("exponent", exponent)
                .put("amount", money(Rounding.toMinorUnit(exact, terms.share(), exponent)));
    }

    /** A part of a period has one line for the licence and its minimum or maximum, and days given back have its negative. */
    private void addProration(ObjectNode json) {
        BigDecimal amount = decimal(line, "amount");
        BigDecimal rated = new BigDecimal(json.at("/rounding/amount").asText());
        json.put("given_back", amount.signum() < 0)
                .put("to_bounds", money(amount.abs().subtract(rated)));
    }

    /** What a whole cycle costs by now, of which only the difference is billed. */
    private ObjectNode target(UsageCharge charge) {
        ObjectNode json = Json.object()
                .put("quantity", PriceTermsJson.decimal(charge.quantity()))
                .put("amount", money(charge.amount()));
        ArrayNode parts = json.putArray("parts");
        for (UsageCharge.Part part : charge.parts()) {
            ObjectNode shown = parts.addObject().put("version", part.version().version());
            shown.set("service_period", InvoiceContent.rangeJson(part.days()));
            shown.put("quantity", PriceTermsJson.decimal(part.quantity()));
            ArrayNode steps = shown.putArray("steps");
            for (Charge.Step step : part.charge().steps()) {
                steps.add(bounds(step.tier(), Optional.of(part.version()))
                        .put("quantity", PriceTermsJson.decimal(step.quantity()))
                        .put("unit_amount", PriceTermsJson.decimal(step.unitAmount()))
                        .put("flat_amount", PriceTermsJson.decimal(step.flatAmount()))
                        .put("amount", PriceTermsJson.decimal(step.amount())));
            }
            shown.put("amount", money(part.amount()));
        }
        return json.put("to_minimum", money(charge.topUp())).put("to_maximum", money(charge.cut()));
    }

    /** With what of it was waived, if anything: a fall takes from that first, so that the line gives back no more than was billed. */
    private ObjectNode billedBefore(CycleBill.Before before) {
        ObjectNode json = Json.object()
                .put("quantity", PriceTermsJson.decimal(before.quantity()))
                .put("amount", money(before.amount()));
        if (before.waivedAmount().signum() != 0 || before.waivedQuantity().signum() != 0) {
            json.putObject("waived")
                    .put("quantity", PriceTermsJson.decimal(before.waivedQuantity()))
                    .put("amount", money(before.waivedAmount()));
        }
        return json;
    }

    private String money(BigDecimal amount) {
        return Rounding.toMinorUnit(amount, exponent).toPlainString();
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

    /** A step that names its tier, with the tier's bounds where there are tiers. */
    private static ObjectNode bounds(int tier, Optional<PriceVersion> version) {
        ObjectNode json = Json.object().put("tier", tier);
        List<Tier> tiers = version.map(LineExplanation::tiers).orElse(List.of());
        if (tier >= 1 && tier <= tiers.size()) {
            BigDecimal above = tier == 1 ? BigDecimal.ZERO : tiers.get(tier - 2).upTo();
            BigDecimal upTo = tiers.get(tier - 1).upTo();
            json.put("above", above == null ? null : PriceTermsJson.decimal(above))
                    .put("up_to", upTo == null ? null : PriceTermsJson.decimal(upTo));
        }
        return json;
    }

    private static List<Tier> tiers(PriceVersion version) {
        return switch (version.terms().model()) {
            case PriceModel.Graduated graduated -> graduated.tiers();
            case PriceModel.Volume volume -> volume.tiers();
            case PriceModel.Flat flat -> List.of();
            case PriceModel.PerUnit perUnit -> List.of();
            case PriceModel.Packages packages -> List.of();
        };
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
        BigDecimal amount = terms.kind() == Kind.MINIMUM ? bounds.minimum() : bounds.maximum();
        ObjectNode json = Json.object().put("amount", amount == null ? null : PriceTermsJson.decimal(amount));
        json.set("proration", share());
        if (amount != null) {
            BigDecimal target = Rounding.toMinorUnit(amount, terms.share(), exponent);
            json.put("target", money(target)).put("charged", money(target.subtract(decimal(line, "amount"))));
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
