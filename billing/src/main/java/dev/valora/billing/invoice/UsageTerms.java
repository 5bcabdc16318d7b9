package dev.valora.billing.invoice;

import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.catalog.Price.Basis;
import dev.valora.billing.invoice.InvoiceTerms.ItemTerms;
import dev.valora.ingest.Aggregation;
import dev.valora.ingest.MeterDefinition;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the quantities of an invoice depend on besides its cut, frozen with the other terms: later changes of a zone's rules do
 * not move the days of a bill.
 *
 * @param meters of the usage prices, by code
 * @param dayStarts the instants at which days begin that bound a quantity
 */
public record UsageTerms(List<MeterTerms> meters, SortedMap<LocalDate, Instant> dayStarts) {

    /**
     * What a meter computed.
     *
     * @param valueProperty null when the event's own value was taken
     */
    public record MeterTerms(
            String code,
            Aggregation aggregation,
            String eventType,
            @Nullable String valueProperty,
            List<String> dimensions) {

        public MeterTerms {
            dimensions = List.copyOf(dimensions);
        }

        /** Whether values of several days are summed; otherwise all days together have one. */
        public boolean addsUp() {
            return switch (aggregation) {
                case COUNT, SUM, TIME_WEIGHTED_SUM -> true;
                case MAX, MIN, LATEST, UNIQUE_COUNT -> false;
            };
        }

        /** Whether the value of some days follows from the values of their stretches. */
        boolean joins() {
            return addsUp() || aggregation == Aggregation.MAX;
        }

        /** The value of two stretches together: their sum, or the greater one. Only where values join. */
        BigDecimal join(BigDecimal one, BigDecimal other) {
            return addsUp() ? one.add(other) : one.max(other);
        }
    }

    public UsageTerms {
        meters = meters.stream().sorted(Comparator.comparing(MeterTerms::code)).toList();
        dayStarts = Collections.unmodifiableSortedMap(new TreeMap<>(dayStarts));
    }

    /**
     * The edges of a period as they were frozen when its cycle opened, and the zone for the days between.
     *
     * @param startsAt of the period's first day
     * @param endsAt of the first day after it
     */
    public record Edges(Instant startsAt, Instant endsAt, ZoneId zone) {}

    /** Terms of an invoice that bills no usage. */
    public static UsageTerms none() {
        return new UsageTerms(List.of(), new TreeMap<>());
    }

    /**
     * Freezes what the items need to be billed for a period that closes.
     *
     * @param definitions looks the meter of a usage price up; must know each
     */
    public static UsageTerms of(
            DateRange closing, Edges edges, List<ItemTerms> items, Function<String, MeterDefinition> definitions) {
        SortedMap<String, MeterTerms> meters = new TreeMap<>();
        SortedMap<LocalDate, Instant> dayStarts = new TreeMap<>();
        for (ItemTerms item : items) {
            Optional<DateRange> days = item.daysIn(closing);
            if (days.isPresent() && item.price().charge() instanceof Basis.Usage usage) {
                meters.computeIfAbsent(usage.meter(), code -> terms(definitions.apply(code)));
                putStart(dayStarts, days.get().start(), edges.zone());
                putStart(dayStarts, days.get().end(), edges.zone());
                item.price().partsOf(days.get()).forEach(part -> {
                    putStart(dayStarts, part.days().start(), edges.zone());
                    putStart(dayStarts, part.days().end(), edges.zone());
                });
            }
        }
        dayStarts.replace(closing.start(), edges.startsAt());
        dayStarts.replace(closing.end(), edges.endsAt());
        return new UsageTerms(List.copyOf(meters.values()), dayStarts);
    }

    /** The meter with this code; throws when an item's meter was not frozen. */
    public MeterTerms meter(String code) {
        return meters.stream()
                .filter(meter -> meter.code().equals(code))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the meter " + code + " is not part of the terms"));
    }

    /** When a day began in the organization's zone; throws for a day that bounds no quantity. */
    public Instant startOf(LocalDate day) {
        Instant start = dayStarts.get(day);
        if (start == null) {
            throw new IllegalStateException("the start of " + day + " is not part of the terms");
        }
        return start;
    }

    private static MeterTerms terms(MeterDefinition meter) {
        return new MeterTerms(
                meter.code(), meter.aggregation(), meter.eventType(), meter.valueProperty(), meter.dimensions());
    }

    private static void putStart(SortedMap<LocalDate, Instant> dayStarts, LocalDate day, ZoneId zone) {
        dayStarts.put(day, day.atStartOfDay(zone).toInstant());
    }
}
