package dev.valora.billing.rating;

import dev.valora.billing.rating.Charge.Step;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Quantities to exact charges. A cycle whose price changed inside it is rated in parts, one for each version in force; tiers,
 * packages and free units go on from part to part.
 */
public final class Rating {

    private Rating() {}

    /**
     * The usage of one cycle while one price version was in force.
     *
     * @param quantity of this part alone; negative after voids
     */
    public record Part(PriceModel model, BigDecimal quantity) {}

    /** Rates a quantity under one model. A negative quantity counts as 0. */
    public static Charge rate(PriceModel model, BigDecimal quantity) {
        return rateParts(List.of(new Part(model, quantity))).getFirst();
    }

    /** Rates the parts of one cycle, in the order of time; one charge for each part. At least one part. */
    public static List<Charge> rateParts(List<Part> parts) {
        BigDecimal whole = atLeastZero(parts.stream().map(Part::quantity).reduce(BigDecimal.ZERO, BigDecimal::add));
        List<Charge> charges = new ArrayList<>(parts.size());
        BigDecimal reached = BigDecimal.ZERO;
        int tiersEntered = 0;
        int firstFlat = indexOf(parts, PriceModel.Flat.class).min().orElse(-1);
        int lastVolume = indexOf(parts, PriceModel.Volume.class).max().orElse(-1);
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            BigDecimal before = atLeastZero(reached);
            reached = reached.add(part.quantity());
            BigDecimal after = atLeastZero(reached);
            Charge charge = switch (part.model()) {
                case PriceModel.Flat flat -> flat(flat, i == firstFlat);
                case PriceModel.PerUnit perUnit -> perUnit(perUnit, before, after);
                case PriceModel.Packages pack -> packages(pack, before, after);
                case PriceModel.Volume volume -> volume(volume, whole, after.subtract(before), i == lastVolume);
                case PriceModel.Graduated graduated -> graduated(graduated, before, after, tiersEntered);
            };
            tiersEntered = Math.max(tiersEntered, tiersEntered(part.model(), after));
            charges.add(charge);
        }
        return charges;
    }

    /** Where the parts of a model are: a flat amount is charged once a cycle, whatever the model of the other parts. */
    private static IntStream indexOf(List<Part> parts, Class<? extends PriceModel> model) {
        return IntStream.range(0, parts.size())
                .filter(i -> model.isInstance(parts.get(i).model()));
    }

    /** The tier, from 1, that a quantity reaches: the first whose bound is not exceeded. */
    static int tierOf(List<Tier> tiers, BigDecimal quantity) {
        int tier = 1;
        while (tiers.get(tier - 1).isExceededBy(quantity)) {
            tier++;
        }
        return tier;
    }

    private static Charge flat(PriceModel.Flat model, boolean first) {
        return first
                ? Charge.of(List.of(Step.of(1, BigDecimal.ONE, model.amount(), BigDecimal.ZERO)))
                : Charge.of(List.of());
    }

    private static Charge perUnit(PriceModel.PerUnit model, BigDecimal before, BigDecimal after) {
        BigDecimal paid = atLeastZero(after.subtract(model.freeUnits()))
                .subtract(atLeastZero(before.subtract(model.freeUnits())));
        return Charge.of(List.of(Step.of(1, paid, model.unitAmount(), BigDecimal.ZERO)));
    }

    private static Charge packages(PriceModel.Packages model, BigDecimal before, BigDecimal after) {
        BigDecimal started = packagesIn(model, after).subtract(packagesIn(model, before));
        return Charge.of(List.of(Step.of(1, started, model.amount(), BigDecimal.ZERO)));
    }

    private static BigDecimal packagesIn(PriceModel.Packages model, BigDecimal quantity) {
        return atLeastZero(quantity.subtract(model.freeUnits())).divide(model.size(), 0, RoundingMode.CEILING);
    }

    private static Charge volume(PriceModel.Volume model, BigDecimal whole, BigDecimal quantity, boolean last) {
        int tier = tierOf(model.tiers(), whole);
        Tier reached = model.tiers().get(tier - 1);
        BigDecimal flat = last ? reached.flatAmount() : BigDecimal.ZERO;
        return Charge.of(List.of(Step.of(tier, quantity, reached.unitAmount(), flat)));
    }

    /** Rates (before, after] tier by tier; where the quantity fell, the units given back come off the tiers they were in. */
    private static Charge graduated(PriceModel.Graduated model, BigDecimal before, BigDecimal after, int tiersEntered) {
        List<Step> steps = new ArrayList<>();
        BigDecimal lower = BigDecimal.ZERO;
        List<Tier> tiers = model.tiers();
        int entered = tierOf(tiers, after);
        for (int tier = 1; tier <= tiers.size(); tier++) {
            Tier current = tiers.get(tier - 1);
            BigDecimal quantity = within(after, lower, current).subtract(within(before, lower, current));
            boolean entersNow = tier <= entered && tier > tiersEntered;
            if (entersNow || quantity.signum() != 0) {
                BigDecimal flat = entersNow ? current.flatAmount() : BigDecimal.ZERO;
                steps.add(Step.of(tier, quantity, current.unitAmount(), flat));
            }
            if (current.upTo() != null) {
                lower = current.upTo();
            }
        }
        return Charge.of(steps);
    }

    private static int tiersEntered(PriceModel model, BigDecimal reached) {
        return model instanceof PriceModel.Graduated graduated ? tierOf(graduated.tiers(), reached) : 0;
    }

    /** How much of a cumulative quantity lies in a tier that begins above {@code lower}. */
    private static BigDecimal within(BigDecimal quantity, BigDecimal lower, Tier tier) {
        BigDecimal upTo = tier.upTo();
        BigDecimal capped = upTo != null && quantity.compareTo(upTo) > 0 ? upTo : quantity;
        return atLeastZero(capped.subtract(lower));
    }

    private static BigDecimal atLeastZero(BigDecimal value) {
        return value.signum() < 0 ? BigDecimal.ZERO : value;
    }
}
