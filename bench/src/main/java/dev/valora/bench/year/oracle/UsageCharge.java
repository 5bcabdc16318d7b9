package dev.valora.bench.year.oracle;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one item of usage costs in one cycle at one cut: every event is looked at, one after the other.
 *
 * <p>Where the documents are silent: a catch-all leaves to a filtered price only what happens on days on which that price's item
 * lives; the line of a bound names the item's days; a cycle that is a stub prorates bounds as the days of an item would.
 */
final class UsageCharge {

    private final Terms terms;
    private final List<Usage> usage;
    private final Cycle cycle;
    private final List<Cycle.Measured> items;
    private final long fullDays;
    private final Instant cut;

    /**
     * @param usage of the customer
     * @param items all items of usage of the cycle, for what a catch-all leaves
     * @param fullDays of the full period that contains the cycle
     */
    UsageCharge(Terms terms, List<Usage> usage, Cycle cycle, List<Cycle.Measured> items, long fullDays, Instant cut) {
        this.terms = terms;
        this.usage = usage;
        this.cycle = cycle;
        this.items = items;
        this.fullDays = fullDays;
        this.cut = cut;
    }

    /** The lines, and what they come to. */
    record Charge(List<Line> lines, BigDecimal quantity, BigDecimal amount) {}

    Charge of(Cycle.Measured measured) {
        Price price = measured.item().price();
        List<Days> ranges = ranges(measured);
        List<Rating.Part> parts = new ArrayList<>();
        for (Days range : ranges) {
            LocalDate day = adds(price) ? range.start() : cycle.period().start();
            parts.add(new Rating.Part(price.on(day), quantity(measured.item(), range)));
        }
        List<BigDecimal> exact = Rating.amounts(parts);
        List<Line> lines = new ArrayList<>();
        BigDecimal sum = BigDecimal.ZERO;
        for (int i = 0; i < ranges.size(); i++) {
            BigDecimal amount = cycle.isTrial()
                    ? BigDecimal.ZERO.setScale(terms.exponent())
                    : Rating.rounded(exact.get(i), 1, 1, terms.exponent());
            sum = sum.add(amount);
            lines.add(new Line(
                    "usage",
                    price.code(),
                    cycle.number(),
                    ranges.get(i),
                    parts.get(i).quantity(),
                    amount));
        }
        Line bound = cycle.isTrial() ? null : bound(measured, sum);
        if (bound != null) {
            lines.add(bound);
            sum = sum.add(bound.amount());
        }
        BigDecimal quantity = parts.stream().map(Rating.Part::quantity).reduce(BigDecimal.ZERO, BigDecimal::add);
        return new Charge(lines, quantity, sum);
    }

    /** The item's days, split where a version begins if the meter adds up. */
    private List<Days> ranges(Cycle.Measured measured) {
        Price price = measured.item().price();
        Days days = measured.days();
        TreeSet<LocalDate> starts = new TreeSet<>(List.of(days.start()));
        for (Version version : price.versions()) {
            if (adds(price) && days.contains(version.from())) {
                starts.add(version.from());
            }
        }
        List<Days> ranges = new ArrayList<>();
        for (LocalDate start : starts) {
            LocalDate next = starts.higher(start);
            ranges.add(new Days(start, next == null ? days.end() : next));
        }
        return ranges;
    }

    /** Those of the cycle's last day, once for the cycle, by days. */
    private @Nullable Line bound(Cycle.Measured measured, BigDecimal sum) {
        Version last = measured.item().price().on(cycle.period().end().minusDays(1));
        long days = measured.days().count();
        return bound(last, sum, days, fullDays, terms.exponent())
                .toLine(measured.item().price().code(), cycle.number(), measured.days());
    }

    /** What a minimum or a maximum adds. */
    record Bound(String kind, BigDecimal amount) {
        @Nullable
        Line toLine(String price, int cycle, Days days) {
            return amount.signum() == 0 ? null : new Line(kind, price, cycle, days, null, amount);
        }
    }

    /** The difference to the minimum or the maximum of some of a full period's days. */
    static Bound bound(Version version, BigDecimal sum, long days, long of, int exponent) {
        if (version.minimum() != null) {
            BigDecimal least = Rating.rounded(version.minimum(), days, of, exponent);
            if (sum.compareTo(least) < 0) {
                return new Bound("minimum", least.subtract(sum));
            }
        }
        if (version.maximum() != null) {
            BigDecimal most = Rating.rounded(version.maximum(), days, of, exponent);
            if (sum.compareTo(most) > 0) {
                return new Bound("maximum", most.subtract(sum));
            }
        }
        return new Bound("", BigDecimal.ZERO);
    }

    private static boolean adds(Price price) {
        return meter(price).adds();
    }

    private static Meter meter(Price price) {
        Meter meter = price.meter();
        if (meter == null) {
            throw new IllegalArgumentException(price.code() + " measures nothing");
        }
        return meter;
    }

    private BigDecimal quantity(Item item, Days range) {
        Meter meter = meter(item.price());
        Instant from = range.startsAt(terms.zone());
        Instant to = range.endsAt(terms.zone());
        BigDecimal found = BigDecimal.ZERO;
        boolean any = false;
        for (Usage event : usage) {
            if (event.meter().equals(meter.code())
                    && !event.at().isBefore(from)
                    && event.at().isBefore(to)
                    && event.countsAt(cut)
                    && takes(item, event)) {
                found = switch (meter.aggregation()) {
                    case COUNT -> found.add(BigDecimal.ONE);
                    case SUM -> found.add(event.value());
                    case MAX -> any ? found.max(event.value()) : event.value();
                };
                any = true;
            }
        }
        return found;
    }

    /** Whether an item takes an event: it passes its filter, or no filter of the other items on that day. */
    private boolean takes(Item item, Usage event) {
        Price price = item.price();
        if (!price.filter().isEmpty()) {
            return event.passes(price.filter());
        }
        LocalDate day = terms.dayOf(event.at());
        return items.stream()
                .filter(other -> other.days().contains(day))
                .map(other -> other.item().price())
                .filter(other ->
                        meter(other).equals(meter(price)) && !other.filter().isEmpty())
                .noneMatch(other -> event.passes(other.filter()));
    }
}
