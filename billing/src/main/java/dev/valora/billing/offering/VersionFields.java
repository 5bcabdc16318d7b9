package dev.valora.billing.offering;

import dev.valora.billing.rating.AmountBounds;
import dev.valora.billing.rating.PriceModel;
import dev.valora.billing.rating.PriceTerms;
import dev.valora.billing.rating.Tier;
import dev.valora.ingest.JsonFields;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The terms of a price version as a request describes them. Pure; problems go to the fields. */
final class VersionFields {

    /** Tiers of one version. */
    static final int TIERS = 100;

    /** Digits of an amount or a quantity before the point. */
    static final int INTEGER_DIGITS = 18;

    /** Digits of an amount or a quantity after the point. */
    static final int FRACTION_DIGITS = 12;

    private static final Map<String, Optional<Model>> MODELS = modelsByName();
    private static final List<String> MODEL_MEMBERS =
            List.of("amount", "unit_amount", "free_units", "tiers", "package_size", "package_amount");

    private final JsonFields fields;

    private VersionFields(JsonFields fields) {
        this.fields = fields;
    }

    private enum Model {
        FLAT,
        PER_UNIT,
        GRADUATED,
        VOLUME,
        PACKAGE;

        private String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        private List<String> members() {
            return switch (this) {
                case FLAT -> List.of("amount");
                case PER_UNIT -> List.of("unit_amount", "free_units");
                case GRADUATED, VOLUME -> List.of("tiers");
                case PACKAGE -> List.of("package_size", "package_amount", "free_units");
            };
        }
    }

    /** Reads all members of a version but its date; empty when anything of the body is wrong so far. */
    static Optional<PriceTerms> read(JsonFields fields) {
        return new VersionFields(fields).terms();
    }

    private Optional<PriceTerms> terms() {
        if (!fields.has("model")) {
            fields.problem("model", "missing_field", "This field is required.");
        }
        Optional<Model> model = fields.choice("model", MODELS, Optional.empty());
        model.ifPresent(this::refuseMembersOfOthers);
        MODEL_MEMBERS.forEach(fields::mentions);
        Optional<Raw> raw = model.map(this::raw);
        BigDecimal minimum = optionalAmount("minimum_amount");
        BigDecimal maximum = optionalAmount("maximum_amount");
        if (minimum != null && maximum != null && minimum.compareTo(maximum) > 0) {
            fields.problem("minimum_amount", "out_of_range", "It must not be above maximum_amount.");
        }
        return fields.hasProblems()
                ? Optional.empty()
                : raw.map(checked -> new PriceTerms(checked.toModel(), new AmountBounds(minimum, maximum)));
    }

    /** Members whose relations were not checked yet: a model refuses to be made of wrong ones. */
    @FunctionalInterface
    private interface Raw {
        PriceModel toModel();
    }

    private Raw raw(Model model) {
        return switch (model) {
            case FLAT -> {
                BigDecimal amount = requiredAmount(fields, "amount");
                yield () -> new PriceModel.Flat(amount);
            }
            case PER_UNIT -> {
                BigDecimal unitAmount = requiredAmount(fields, "unit_amount");
                BigDecimal freeUnits = amountOrZero(fields, "free_units");
                yield () -> new PriceModel.PerUnit(unitAmount, freeUnits);
            }
            case GRADUATED -> {
                List<Tier> tiers = tiers();
                yield () -> new PriceModel.Graduated(tiers);
            }
            case VOLUME -> {
                List<Tier> tiers = tiers();
                yield () -> new PriceModel.Volume(tiers);
            }
            case PACKAGE -> {
                BigDecimal size = requiredAmount(fields, "package_size");
                if (fields.has("package_size") && size.signum() == 0) {
                    fields.problem("package_size", "out_of_range", "A package holds more than nothing.");
                }
                BigDecimal amount = requiredAmount(fields, "package_amount");
                BigDecimal freeUnits = amountOrZero(fields, "free_units");
                yield () -> new PriceModel.Packages(size, amount, freeUnits);
            }
        };
    }

    private List<Tier> tiers() {
        List<JsonFields> sent = fields.requiredObjects("tiers", TIERS);
        List<Tier> tiers = new ArrayList<>();
        BigDecimal below = BigDecimal.ZERO;
        for (int i = 0; i < sent.size(); i++) {
            BigDecimal upTo = i < sent.size() - 1 ? closedEnd(sent.get(i), below) : openEnd(sent.get(i));
            tiers.add(new Tier(upTo, unitAmount(sent.get(i)), amountOrZero(sent.get(i), "flat_amount")));
            below = upTo == null ? below : upTo;
        }
        return tiers;
    }

    /** A tier with a flat amount may do without: then its units cost nothing more. */
    private static BigDecimal unitAmount(JsonFields tier) {
        return tier.has("flat_amount") ? amountOrZero(tier, "unit_amount") : requiredAmount(tier, "unit_amount");
    }

    private static @Nullable BigDecimal closedEnd(JsonFields tier, BigDecimal below) {
        if (!tier.has("up_to")) {
            tier.problem("up_to", "missing_field", "Only the last tier is open; say where this one ends.");
            return null;
        }
        BigDecimal upTo = tier.decimal("up_to", INTEGER_DIGITS, FRACTION_DIGITS).orElse(null);
        if (upTo != null && upTo.compareTo(below) <= 0) {
            tier.problem(
                    "up_to", "tiers_not_ascending", "It must be above " + below.toPlainString() + ", where it begins.");
        }
        return upTo;
    }

    private static @Nullable BigDecimal openEnd(JsonFields tier) {
        if (tier.has("up_to")) {
            tier.problem("up_to", "last_tier_not_open", "The last tier has no end; send null.");
        }
        return null;
    }

    private void refuseMembersOfOthers(Model model) {
        for (String member : MODEL_MEMBERS) {
            if (!model.members().contains(member) && fields.has(member)) {
                fields.problem(
                        member,
                        "invalid_field",
                        "A price of model " + model.wireName() + " has " + String.join(", ", model.members())
                                + "; leave this out.");
            }
        }
    }

    private @Nullable BigDecimal optionalAmount(String name) {
        return fields.has(name) ? amountOrZero(fields, name) : null;
    }

    private static BigDecimal requiredAmount(JsonFields fields, String name) {
        if (!fields.has(name)) {
            fields.problem(name, "missing_field", "This field is required.");
        }
        return amountOrZero(fields, name);
    }

    private static BigDecimal amountOrZero(JsonFields fields, String name) {
        BigDecimal amount =
                fields.decimal(name, INTEGER_DIGITS, FRACTION_DIGITS).orElse(BigDecimal.ZERO);
        if (amount.signum() < 0) {
            fields.problem(name, "out_of_range", "It must not be negative.");
        }
        return amount;
    }

    private static Map<String, Optional<Model>> modelsByName() {
        Map<String, Optional<Model>> byName = new LinkedHashMap<>();
        for (Model model : Model.values()) {
            byName.put(model.wireName(), Optional.of(model));
        }
        return byName;
    }
}
