package dev.valora.billing.invoice;

import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.calendar.Fraction;
import dev.valora.billing.catalog.Price;
import dev.valora.billing.catalog.Price.Basis;
import dev.valora.billing.catalog.PriceVersion;
import dev.valora.billing.invoice.InvoiceTerms.ItemTerms;
import dev.valora.billing.invoice.InvoiceTerms.ServicePeriod;
import dev.valora.billing.rating.AmountBounds;
import dev.valora.billing.rating.Charge;
import dev.valora.billing.rating.Rating;
import dev.valora.billing.rating.Rounding;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Terms and quantities to lines: the arrears of the closing period, then the advance charges of the next. Pure; asks for the
 * quantities first ({@link #usageNeeds}) and computes with them then.
 */
public final class InvoiceDraft {

    private final InvoiceTerms terms;
    private final Map<UsageNeed, BigDecimal> usage;
    private final List<InvoiceLine> lines = new ArrayList<>();

    private InvoiceDraft(InvoiceTerms terms, Map<UsageNeed, BigDecimal> usage) {
        this.terms = terms;
        this.usage = usage;
    }

    /** The quantities that {@link #lines} will ask for, in the order of items and time. */
    public static List<UsageNeed> usageNeeds(InvoiceTerms terms) {
        List<UsageNeed> needs = new ArrayList<>();
        terms.closing()
                .ifPresent(period -> terms.items()
                        .forEach(item -> parts(terms, item, period)
                                .forEach(part -> needs.addAll(needs(terms, item, part.days())))));
        return needs;
    }

    /**
     * The lines of the invoice.
     *
     * @param usage for each need its quantity; a need that is missing is a bug and throws
     */
    public static List<InvoiceLine> lines(InvoiceTerms terms, Map<UsageNeed, BigDecimal> usage) {
        InvoiceDraft draft = new InvoiceDraft(terms, usage);
        terms.closing().ifPresent(period -> terms.items().forEach(item -> draft.addArrears(item, period)));
        terms.advance().ifPresent(period -> terms.items().forEach(item -> draft.addAdvance(item, period)));
        return List.copyOf(draft.lines);
    }

    private void addArrears(ItemTerms item, ServicePeriod period) {
        switch (item.price().charge()) {
            case Basis.Recurring recurring -> {
                if (!recurring.inAdvance() && !terms.trial()) {
                    addRecurring(item, period);
                }
            }
            case Basis.Usage usagePrice -> addUsage(item, usagePrice, period);
        }
    }

    private void addAdvance(ItemTerms item, ServicePeriod period) {
        if (item.price().charge() instanceof Basis.Recurring recurring && recurring.inAdvance()) {
            addRecurring(item, period);
        }
    }

    /** A recurring charge takes the version in force on the first day of its service period. */
    private void addRecurring(ItemTerms item, ServicePeriod period) {
        DateRange days = item.daysIn(period.days()).orElse(null);
        if (days == null) {
            return;
        }
        Optional<PriceVersion> inForce = item.price().versionOn(days.start());
        if (inForce.isEmpty()) {
            return;
        }
        PriceVersion version = inForce.get();
        Fraction share = period.shareOf(days);
        Charge charge = Rating.rate(version.terms().model(), item.quantity());
        BigDecimal amount = Rounding.toMinorUnit(charge.amount(), share, terms.exponent());
        lines.add(new InvoiceLine(
                InvoiceLine.Kind.RECURRING,
                item.price().label(),
                item.id(),
                item.price().code(),
                version.version(),
                days,
                item.quantity(),
                amount,
                Map.of(),
                charge.steps()));
        addBounds(item, version, days, share, amount);
    }

    /** A usage charge has one line for each of its parts, rounded once. */
    private void addUsage(ItemTerms item, Basis.Usage price, ServicePeriod period) {
        List<Price.Part> parts = parts(terms, item, period);
        if (parts.isEmpty()) {
            return;
        }
        List<Rating.Part> quantities = parts.stream()
                .map(part -> new Rating.Part(part.version().terms().model(), quantity(item, part.days())))
                .toList();
        List<Charge> charges = Rating.rateParts(quantities);
        BigDecimal sum = BigDecimal.ZERO;
        for (int i = 0; i < parts.size(); i++) {
            Price.Part part = parts.get(i);
            Charge charge = charges.get(i);
            BigDecimal amount = terms.trial() ? zero() : Rounding.toMinorUnit(charge.amount(), terms.exponent());
            sum = sum.add(amount);
            lines.add(new InvoiceLine(
                    InvoiceLine.Kind.USAGE,
                    item.price().label(),
                    item.id(),
                    item.price().code(),
                    part.version().version(),
                    part.days(),
                    quantities.get(i).quantity(),
                    amount,
                    price.filter(),
                    terms.trial() ? List.of() : charge.steps()));
        }
        if (!terms.trial()) {
            DateRange days = new DateRange(
                    parts.getFirst().days().start(), parts.getLast().days().end());
            BigDecimal charged = sum;
            item.price()
                    .versionOn(days.end().minusDays(1))
                    .ifPresent(last -> addBounds(item, last, days, period.shareOf(days), charged));
        }
    }

    /**
     * The minimum and maximum of a version, applied once a cycle and prorated when the item lived for part of it. For usage it is
     * the version of the cycle's last day; a licence has one version for its service period.
     */
    private void addBounds(ItemTerms item, PriceVersion version, DateRange days, Fraction share, BigDecimal charged) {
        AmountBounds bounds = version.terms().bounds();
        addBound(item, version, days, InvoiceLine.Kind.MINIMUM, bounds.topUp(charged, share, terms.exponent()));
        addBound(item, version, days, InvoiceLine.Kind.MAXIMUM, bounds.cut(charged, share, terms.exponent()));
    }

    private void addBound(
            ItemTerms item, PriceVersion version, DateRange days, InvoiceLine.Kind kind, BigDecimal difference) {
        if (difference.signum() == 0) {
            return;
        }
        String what = kind == InvoiceLine.Kind.MINIMUM ? "up to the minimum" : "down to the maximum";
        lines.add(new InvoiceLine(
                kind,
                item.price().label() + ", " + what,
                item.id(),
                item.price().code(),
                version.version(),
                days,
                null,
                difference,
                Map.of(),
                List.of()));
    }

    private BigDecimal quantity(ItemTerms item, DateRange days) {
        BigDecimal sum = BigDecimal.ZERO;
        for (UsageNeed need : needs(terms, item, days)) {
            BigDecimal quantity = usage.get(need);
            if (quantity == null) {
                throw new IllegalStateException("no quantity was read for item " + item.id() + " on " + need.days());
            }
            sum = sum.add(quantity);
        }
        return sum;
    }

    private BigDecimal zero() {
        return Rounding.toMinorUnit(BigDecimal.ZERO, terms.exponent());
    }

    /**
     * The charge of a meter whose values add up is split where a version begins. Another meter has one value for all the days,
     * which takes the version of the first of them.
     */
    private static List<Price.Part> parts(InvoiceTerms terms, ItemTerms item, ServicePeriod period) {
        Optional<DateRange> days = item.daysIn(period.days());
        if (days.isEmpty() || !(item.price().charge() instanceof Basis.Usage usage)) {
            return List.of();
        }
        return terms.usage().meter(usage.meter()).addsUp()
                ? item.price().partsOf(days.get())
                : item.price()
                        .versionOn(days.get().start())
                        .map(version -> List.of(new Price.Part(version, days.get())))
                        .orElse(List.of());
    }

    /** The filter of another price, and the days on which that price takes the usage that passes it. */
    private record Taken(Map<String, String> filter, DateRange days) {}

    /** What to ask for the days of a part: once, or for each stretch in which the same filters belong to other prices. */
    private static List<UsageNeed> needs(InvoiceTerms terms, ItemTerms item, DateRange days) {
        Basis.Usage usage = (Basis.Usage) item.price().charge();
        List<Taken> taken = usage.filter().isEmpty() ? takenByOthers(terms, usage.meter()) : List.of();
        if (!terms.usage().meter(usage.meter()).addsUp()) {
            List<Map<String, String>> others = taken.stream().map(Taken::filter).toList();
            return List.of(new UsageNeed(item.id(), usage.meter(), usage.filter(), others, days));
        }
        SortedSet<LocalDate> bounds = new TreeSet<>(List.of(days.start(), days.end()));
        taken.forEach(other -> other.days().intersect(days).ifPresent(shared -> {
            bounds.add(shared.start());
            bounds.add(shared.end());
        }));
        List<UsageNeed> needs = new ArrayList<>();
        LocalDate from = days.start();
        for (LocalDate to : bounds.tailSet(days.start().plusDays(1))) {
            LocalDate first = from;
            List<Map<String, String>> others = taken.stream()
                    .filter(other -> other.days().contains(first))
                    .map(Taken::filter)
                    .toList();
            needs.add(new UsageNeed(item.id(), usage.meter(), usage.filter(), others, new DateRange(from, to)));
            from = to;
        }
        return needs;
    }

    /** A filtered price takes its usage while it has a version in force; before, the usage is the catch-all's. */
    private static List<Taken> takenByOthers(InvoiceTerms terms, String meter) {
        List<Taken> taken = new ArrayList<>();
        for (ItemTerms item : terms.items()) {
            if (item.price().charge() instanceof Basis.Usage usage
                    && usage.meter().equals(meter)
                    && !usage.filter().isEmpty()) {
                List<Price.Part> parts = terms.closing()
                        .map(period -> parts(terms, item, period))
                        .orElse(List.of());
                if (!parts.isEmpty()) {
                    taken.add(new Taken(
                            usage.filter(),
                            new DateRange(
                                    parts.getFirst().days().start(),
                                    parts.getLast().days().end())));
                }
            }
        }
        return taken;
    }
}
