package dev.valora.billing.invoice;

import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.catalog.Price;
import dev.valora.billing.catalog.Price.Basis;
import dev.valora.billing.invoice.InvoiceTerms.ItemTerms;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Which usage of a cycle each of its items is charged for. Pure; one thread. */
final class CycleUsage {

    private final CycleTerms terms;
    private final Map<String, List<Taken>> takenByMeter = new HashMap<>();

    CycleUsage(CycleTerms terms) {
        this.terms = terms;
    }

    /** The filter of another price, and the days on which that price takes the usage that passes it. */
    private record Taken(Map<String, String> filter, DateRange days) {}

    CycleTerms terms() {
        return terms;
    }

    /** Every quantity that the cycle is billed for, in the order of items and time. */
    List<UsageNeed> needs() {
        List<UsageNeed> needs = new ArrayList<>();
        terms.items().forEach(item -> parts(item).forEach(part -> needs.addAll(needs(item, part.days()))));
        return needs;
    }

    /**
     * The parts that an item is rated in; empty for a licence. The charge of a meter whose values add up is split where a version
     * begins. Another meter has one value for all the days, see {@link #wholePart}.
     */
    List<Price.Part> parts(ItemTerms item) {
        Optional<DateRange> days = item.daysIn(terms.period().days());
        if (days.isEmpty() || !(item.price().charge() instanceof Basis.Usage usage)) {
            return List.of();
        }
        return terms.usage().meter(usage.meter()).addsUp()
                ? item.price().partsOf(days.get())
                : wholePart(item.price(), days.get()).stream().toList();
    }

    /**
     * All days of an item under the version of the cycle's first day, also where the item begins later. Where none is in force
     * on that day, it is the first that comes into force in the cycle, and the days before it are not charged.
     */
    private Optional<Price.Part> wholePart(Price price, DateRange days) {
        DateRange cycle = terms.period().days();
        return price.partsOf(cycle).stream()
                .findFirst()
                .flatMap(first -> days.intersect(new DateRange(first.days().start(), cycle.end()))
                        .map(charged -> new Price.Part(first.version(), charged)));
    }

    /** What to ask for the days of a part: once, or for each stretch in which the same filters belong to other prices. */
    List<UsageNeed> needs(ItemTerms item, DateRange days) {
        Basis.Usage usage = (Basis.Usage) item.price().charge();
        List<Taken> taken =
                usage.filter().isEmpty() ? takenByMeter.computeIfAbsent(usage.meter(), this::takenByOthers) : List.of();
        if (!terms.usage().meter(usage.meter()).joins()) {
            return List.of(need(item, usage, taken.stream().map(Taken::filter).toList(), days));
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
            needs.add(need(item, usage, others, new DateRange(from, to)));
            from = to;
        }
        return needs;
    }

    private UsageNeed need(ItemTerms item, Basis.Usage usage, List<Map<String, String>> others, DateRange days) {
        return new UsageNeed(terms.cycle(), item.id(), usage.meter(), usage.filter(), others, days);
    }

    /** A filtered price takes its usage while it has a version in force; before, the usage is the catch-all's. */
    private List<Taken> takenByOthers(String meter) {
        List<Taken> taken = new ArrayList<>();
        for (ItemTerms item : terms.items()) {
            if (item.price().charge() instanceof Basis.Usage usage
                    && usage.meter().equals(meter)
                    && !usage.filter().isEmpty()) {
                List<Price.Part> parts = parts(item);
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
