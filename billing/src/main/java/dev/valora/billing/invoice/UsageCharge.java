package dev.valora.billing.invoice;

import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.calendar.Fraction;
import dev.valora.billing.catalog.Price;
import dev.valora.billing.catalog.PriceVersion;
import dev.valora.billing.invoice.InvoiceTerms.ItemTerms;
import dev.valora.billing.rating.Charge;
import dev.valora.billing.rating.Rating;
import dev.valora.billing.rating.Rounding;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the usage of one item in one cycle costs, under the cycle's frozen terms. Pure.
 *
 * @param days from the first to the last that a version was in force
 * @param parts in the order of time, each rounded once
 * @param last the version of the cycle's last day, whose minimum and maximum hold
 * @param topUp what lacks to the minimum, 0 or positive
 * @param cut what is above the maximum, 0 or negative
 */
public record UsageCharge(
        ItemTerms item,
        DateRange days,
        List<Part> parts,
        PriceVersion last,
        Fraction share,
        BigDecimal topUp,
        BigDecimal cut) {

    /**
     * The usage while one version was in force.
     *
     * @param charge exact
     * @param amount rounded; 0 in a trial
     */
    public record Part(PriceVersion version, DateRange days, BigDecimal quantity, Charge charge, BigDecimal amount) {}

    public UsageCharge {
        parts = List.copyOf(parts);
    }

    /** The quantity of the whole cycle. */
    public BigDecimal quantity() {
        return parts.stream().map(Part::quantity).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** What the cycle owes for the item, minimum and maximum included. */
    public BigDecimal amount() {
        return parts.stream()
                .map(Part::amount)
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .add(topUp)
                .add(cut);
    }

    /**
     * Rates the usage of an item; empty for a licence, and when no version was in force.
     *
     * @param usage for each need of the cycle its quantity; one that is missing is a bug and throws
     * @param exponent of the currency's minor unit
     */
    public static Optional<UsageCharge> of(
            CycleTerms terms, ItemTerms item, Map<UsageNeed, BigDecimal> usage, int exponent) {
        return of(new CycleUsage(terms), item, usage, exponent);
    }

    /** The same for one of several items of a cycle. */
    static Optional<UsageCharge> of(CycleUsage cycle, ItemTerms item, Map<UsageNeed, BigDecimal> usage, int exponent) {
        CycleTerms terms = cycle.terms();
        List<Price.Part> inForce = cycle.parts(item);
        if (inForce.isEmpty()) {
            return Optional.empty();
        }
        List<Rating.Part> quantities = inForce.stream()
                .map(part -> new Rating.Part(
                        part.version().terms().model(), quantity(terms, cycle.needs(item, part.days()), usage)))
                .toList();
        List<Charge> charges = Rating.rateParts(quantities);
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < inForce.size(); i++) {
            BigDecimal exact =
                    terms.isTrial() ? BigDecimal.ZERO : charges.get(i).amount();
            parts.add(new Part(
                    inForce.get(i).version(),
                    inForce.get(i).days(),
                    quantities.get(i).quantity(),
                    terms.isTrial() ? new Charge(BigDecimal.ZERO, List.of()) : charges.get(i),
                    Rounding.toMinorUnit(exact, exponent)));
        }
        return Optional.of(bounded(terms, item, parts, exponent));
    }

    private static UsageCharge bounded(CycleTerms terms, ItemTerms item, List<Part> parts, int exponent) {
        DateRange days = new DateRange(
                parts.getFirst().days().start(), parts.getLast().days().end());
        DateRange cycle = terms.period().days();
        PriceVersion last = item.price()
                .versionOn(cycle.end().minusDays(1))
                .orElseThrow(() -> new IllegalStateException("no version is in force on the last of " + cycle));
        Fraction share = terms.period().shareOf(days);
        BigDecimal charged = parts.stream().map(Part::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
        boolean free = terms.isTrial();
        return new UsageCharge(
                item,
                days,
                parts,
                last,
                share,
                free ? BigDecimal.ZERO : last.terms().bounds().topUp(charged, share, exponent),
                free ? BigDecimal.ZERO : last.terms().bounds().cut(charged, share, exponent));
    }

    /** The quantities of all stretches of a part together. */
    private static BigDecimal quantity(CycleTerms terms, List<UsageNeed> needs, Map<UsageNeed, BigDecimal> usage) {
        BigDecimal joined = BigDecimal.ZERO;
        for (UsageNeed need : needs) {
            BigDecimal quantity = usage.get(need);
            if (quantity == null) {
                throw new IllegalStateException("no quantity was read for item " + need.item() + " on " + need.days());
            }
            joined = need.equals(needs.getFirst())
                    ? quantity
                    : terms.usage().meter(need.meter()).join(joined, quantity);
        }
        return joined;
    }
}
