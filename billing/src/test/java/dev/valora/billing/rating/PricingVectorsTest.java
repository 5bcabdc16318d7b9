package dev.valora.billing.rating;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.calendar.Fraction;
import dev.valora.ingest.Json;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Runs every worked pricing case. Each passes as it stands, passes under a named difference, or is of a kind Valora lacks. */
final class PricingVectorsTest {

    private static final int CENTS = 2;
    private static final Set<String> NOT_OURS = Set.of(
            "percentage",
            "graduated_percentage",
            "graduated_percentage_slice",
            "graduated_package",
            "volume_package",
            "capacity",
            "prorated_graduated",
            "unit_conversion",
            "dynamic_multiplier",
            "dynamic_passthrough",
            "allocation");

    private sealed interface Outcome {
        record AsItStands() implements Outcome {}

        record UnderDifference(String name) implements Outcome {}

        record OutOfScope(String kind) implements Outcome {}
    }

    @Test
    void shouldAgreeWithEveryWorkedCase() throws IOException {
        JsonNode file = read();
        int asTheyStand = 0;
        Map<String, Integer> differences = new TreeMap<>();
        Map<String, Integer> outOfScope = new TreeMap<>();
        for (JsonNode vector : file.get("vectors")) {
            switch (run(vector)) {
                case Outcome.AsItStands ignored -> asTheyStand++;
                case Outcome.UnderDifference difference -> differences.merge(difference.name(), 1, Integer::sum);
                case Outcome.OutOfScope kind -> outOfScope.merge(kind.kind(), 1, Integer::sum);
            }
        }
        int different =
                differences.values().stream().mapToInt(Integer::intValue).sum();
        int left = outOfScope.values().stream().mapToInt(Integer::intValue).sum();
        System.out.println("pricing: " + asTheyStand + " as they stand; " + different + " under differences "
                + differences + "; " + left + " out of scope " + outOfScope);
        assertEquals(file.get("count").intValue(), asTheyStand + different + left);
        assertEquals(100, asTheyStand, "cases that pass as they stand");
    }

    private static Outcome run(JsonNode vector) {
        JsonNode given = vector.get("given");
        String kind = given.get("model").textValue();
        JsonNode price = given.path("price");
        if (NOT_OURS.contains(kind) || NOT_OURS.contains(price.path("model").asText())) {
            return new Outcome.OutOfScope(
                    NOT_OURS.contains(kind) ? kind : price.get("model").textValue());
        }
        for (String foreign : List.of("conversion", "percentage_discount", "credits")) {
            if (given.has(foreign)) {
                return new Outcome.OutOfScope(foreign);
            }
        }
        return switch (kind) {
            case "flat", "per_unit", "package", "volume", "graduated" -> charge(vector);
            case "cumulative_delta", "period_preserving_delta" -> runs(vector);
            case "rounding" -> rounding(vector);
            case "graduated_slice" -> slice(vector);
            case "graduated_range" -> range(vector);
            case "tier_lookup" -> tierLookup(vector);
            case "package_count" -> packages(vector);
            case "multi_unit_package" -> severalPackages(vector);
            default -> throw new AssertionError("a kind of case nobody decided about: " + kind);
        };
    }

    private static Outcome charge(JsonNode vector) {
        JsonNode given = vector.get("given");
        if (given.has("line_position")) {
            return flatOfASplitPeriod(vector);
        }
        if (given.has("full_units") && given.get("model").textValue().equals("volume")) {
            return new Outcome.OutOfScope("tier by held units, price by prorated units");
        }
        BigDecimal before = decimal(given, "already_billed_quantity", "0");
        BigDecimal after = before.add(decimal(given, "quantity", "0"));
        boolean last = given.path("last_in_period").asBoolean(true);
        BigDecimal billed = given.has("previously_billed_amount")
                ? decimal(given, "previously_billed_amount", "0")
                : given.has("already_billed_quantity") ? target(given, given, before, false) : BigDecimal.ZERO;
        same(vector, "amount", target(given, given, after, last).subtract(billed));
        JsonNode lines = vector.get("expect").path("lines");
        if (!given.has("already_billed_quantity") && !lines.isEmpty()) {
            List<Charge.Step> steps = Rating.rate(model(given), after).steps();
            assertEquals(lines.size(), steps.size(), id(vector) + " steps");
            for (int i = 0; i < lines.size(); i++) {
                assertEquals(lines.get(i).get("tier").intValue(), steps.get(i).tier(), id(vector) + " tier");
                equal(
                        id(vector) + " step quantity",
                        decimal(lines.get(i), "quantity", "0"),
                        steps.get(i).quantity());
                equal(
                        id(vector) + " step amount",
                        decimal(lines.get(i), "amount", "0"),
                        steps.get(i).amount());
            }
        }
        return new Outcome.AsItStands();
    }

    /** Other engines cut a period into partial lines; Valora does so only where a price version begins. */
    private static Outcome flatOfASplitPeriod(JsonNode vector) {
        JsonNode given = vector.get("given");
        String position = given.get("line_position").textValue();
        int parts = position.equals("single") ? 1 : 3;
        List<Charge> charges =
                Rating.rateParts(java.util.Collections.nCopies(parts, new Rating.Part(model(given), BigDecimal.ONE)));
        int index = switch (position) {
            case "mid" -> 1;
            case "last" -> 0;
            default -> 0;
        };
        same(vector, "amount", charges.get(index).amount());
        return position.equals("last")
                ? new Outcome.UnderDifference("a flat charge of a split cycle stands on its first part")
                : new Outcome.AsItStands();
    }

    private static Outcome runs(JsonNode vector) {
        JsonNode given = vector.get("given");
        JsonNode price = given.get("price");
        boolean freeUnits = given.has("usage_discount_quantity");
        if (freeUnits && !price.get("model").textValue().equals("per_unit")) {
            return new Outcome.OutOfScope("free units of a volume price");
        }
        BigDecimal billed = BigDecimal.ZERO;
        int run = 0;
        for (JsonNode step : given.get("runs")) {
            JsonNode byPeriod = step.path("cumulative_quantity_at_period_end");
            BigDecimal quantity = byPeriod.isEmpty()
                    ? decimal(step, "cumulative_quantity", "0")
                    : new BigDecimal(byPeriod.get(byPeriod.size() - 1).textValue());
            BigDecimal target = Rounding.toMinorUnit(
                    target(price, given, quantity, step.get("final").booleanValue()), CENTS);
            BigDecimal expected = new BigDecimal(
                    vector.get("expect").get("run_totals").get(run).textValue());
            equal(id(vector) + " run " + run, expected, target.subtract(billed));
            billed = target;
            run++;
        }
        return freeUnits ? new Outcome.UnderDifference("a usage discount is free units") : new Outcome.AsItStands();
    }

    private static Outcome rounding(JsonNode vector) {
        JsonNode given = vector.get("given");
        same(
                vector,
                "amount",
                Rounding.toMinorUnit(
                        decimal(given, "amount", "0"), given.get("scale").intValue()));
        return new Outcome.AsItStands();
    }

    private static Outcome slice(JsonNode vector) {
        JsonNode given = vector.get("given");
        BigDecimal lower = decimal(given, "lower_exclusive", "0");
        List<Tier> tiers = new ArrayList<>();
        if (lower.signum() > 0) {
            tiers.add(new Tier(lower, BigDecimal.ZERO, BigDecimal.ZERO));
        }
        int asked = tiers.size();
        tiers.add(tier(given));
        if (tiers.getLast().upTo() != null) {
            tiers.add(new Tier(null, BigDecimal.ZERO, BigDecimal.ZERO));
        }
        Charge.Step step = Rating.rate(new PriceModel.Graduated(tiers), decimal(given, "quantity", "0"))
                .steps()
                .get(asked);
        same(vector, "units", step.quantity());
        same(vector, "amount", step.amount());
        return new Outcome.AsItStands();
    }

    private static Outcome range(JsonNode vector) {
        JsonNode given = vector.get("given");
        PriceModel model = new PriceModel.Graduated(tiers(given));
        same(
                vector,
                "total_before",
                Rating.rate(model, decimal(given, "from_exclusive", "0")).amount());
        same(
                vector,
                "total_after",
                Rating.rate(model, decimal(given, "to_inclusive", "0")).amount());
        return new Outcome.AsItStands();
    }

    private static Outcome tierLookup(JsonNode vector) {
        JsonNode given = vector.get("given");
        assertEquals(
                vector.get("expect").get("tier").intValue(),
                Rating.tierOf(tiers(given), decimal(given, "quantity", "0")),
                id(vector));
        return new Outcome.AsItStands();
    }

    private static Outcome packages(JsonNode vector) {
        JsonNode given = vector.get("given");
        PriceModel model =
                new PriceModel.Packages(decimal(given, "package_size", "1"), BigDecimal.ONE, BigDecimal.ZERO);
        same(
                vector,
                "packages",
                Rating.rate(model, decimal(given, "quantity", "0")).amount());
        return new Outcome.AsItStands();
    }

    private static Outcome severalPackages(JsonNode vector) {
        BigDecimal sum = BigDecimal.ZERO;
        for (JsonNode item : vector.get("given").get("items")) {
            PriceModel model = new PriceModel.Packages(
                    decimal(item, "package_size", "1"), decimal(item, "package_amount", "0"), BigDecimal.ZERO);
            sum = sum.add(Rating.rate(model, decimal(item, "quantity", "0")).amount());
        }
        same(vector, "amount", sum);
        return new Outcome.UnderDifference("two units are two prices");
    }

    /** What a cycle owes in all for a cumulative quantity; the minimum only counts once the cycle ends. */
    private static BigDecimal target(JsonNode price, JsonNode given, BigDecimal quantity, boolean last) {
        BigDecimal charge = Rating.rate(model(price, given), quantity).amount();
        AmountBounds bounds =
                new AmountBounds(last ? nullable(given, "minimum_amount") : null, nullable(given, "maximum_amount"));
        BigDecimal rounded = bounds.equals(AmountBounds.NONE) ? charge : Rounding.toMinorUnit(charge, CENTS);
        return rounded.add(bounds.topUp(rounded, Fraction.WHOLE, CENTS))
                .add(bounds.cut(rounded, Fraction.WHOLE, CENTS));
    }

    private static PriceModel model(JsonNode price) {
        return model(price, price);
    }

    private static PriceModel model(JsonNode price, JsonNode given) {
        return switch (price.get("model").textValue()) {
            case "flat" -> new PriceModel.Flat(decimal(price, "amount", "0"));
            case "per_unit" ->
                new PriceModel.PerUnit(
                        decimal(price, "unit_amount", "0"), decimal(given, "usage_discount_quantity", "0"));
            case "package" ->
                new PriceModel.Packages(
                        decimal(price, "package_size", "1"),
                        decimal(price, "package_amount", "0"),
                        decimal(price, "free_units", "0"));
            case "volume" -> new PriceModel.Volume(tiers(price));
            case "graduated" -> new PriceModel.Graduated(tiers(price));
            default -> throw new AssertionError("no such model: " + price);
        };
    }

    private static List<Tier> tiers(JsonNode price) {
        List<Tier> tiers = new ArrayList<>();
        price.get("tiers").forEach(tier -> tiers.add(tier(tier)));
        return tiers;
    }

    private static Tier tier(JsonNode tier) {
        return new Tier(nullable(tier, "up_to"), decimal(tier, "unit_amount", "0"), decimal(tier, "flat_amount", "0"));
    }

    private static @org.jspecify.annotations.Nullable BigDecimal nullable(JsonNode node, String name) {
        return node.hasNonNull(name) ? new BigDecimal(node.get(name).asText()) : null;
    }

    private static BigDecimal decimal(JsonNode node, String name, String absent) {
        return new BigDecimal(node.hasNonNull(name) ? node.get(name).asText() : absent);
    }

    private static void same(JsonNode vector, String name, BigDecimal actual) {
        equal(id(vector) + " " + name, decimal(vector.get("expect"), name, "NaN"), actual);
    }

    private static void equal(String what, BigDecimal expected, BigDecimal actual) {
        assertEquals(0, expected.compareTo(actual), what + ": expected " + expected + ", was " + actual);
    }

    private static String id(JsonNode vector) {
        return vector.get("id").textValue();
    }

    private static JsonNode read() throws IOException {
        try (InputStream stream = PricingVectorsTest.class.getResourceAsStream("/vectors/pricing.json")) {
            if (stream == null) {
                throw new IOException("the vectors are not on the class path");
            }
            return Json.read(stream.readAllBytes());
        }
    }
}
