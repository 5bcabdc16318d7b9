package dev.valora.billing.catalog;

import dev.valora.billing.calendar.BillingInterval;
import dev.valora.billing.calendar.DateRange;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A price with its versions.
 *
 * @param code unique in the organization
 * @param product the code of the product it belongs to
 * @param label shown on invoices: the price's name, or its product's
 * @param charge what it is charged for
 * @param interval of the periods it is billed for
 * @param versions in the order of their dates, at least one
 */
public record Price(
        String code,
        String product,
        String label,
        Basis charge,
        BillingInterval interval,
        List<PriceVersion> versions) {

    /** What a price is charged for. */
    public sealed interface Basis {

        /** A licence: the item's quantity, for every period, before it begins or after it ends. */
        record Recurring(boolean inAdvance) implements Basis {}

        /**
         * The usage of a meter, always in arrears.
         *
         * @param filter dimension values that events must have; empty when all count that no filtered price takes
         */
        record Usage(String meter, Map<String, String> filter) implements Basis {
            public Usage {
                filter = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(filter));
            }
        }
    }

    /** A version and the days of a range on which it is in force. */
    public record Part(PriceVersion version, DateRange days) {}

    public Price {
        if (versions.isEmpty()) {
            throw new IllegalArgumentException("a price has at least one version");
        }
        versions = versions.stream()
                .sorted(Comparator.comparing(
                        PriceVersion::effectiveFrom, Comparator.nullsFirst(Comparator.naturalOrder())))
                .toList();
    }

    /** Whether it is charged before its periods. */
    public boolean isInAdvance() {
        return charge instanceof Basis.Recurring recurring && recurring.inAdvance();
    }

    /** Whether it charges what a meter measured. */
    public boolean isUsage() {
        return charge instanceof Basis.Usage;
    }

    /**
     * This price with no other versions than those in force in one of the ranges.
     *
     * @return empty when none is
     */
    public Optional<Price> inForceIn(Collection<DateRange> ranges) {
        List<PriceVersion> inForce = ranges.stream()
                .flatMap(range -> partsOf(range).stream())
                .map(Part::version)
                .distinct()
                .toList();
        return inForce.isEmpty()
                ? Optional.empty()
                : Optional.of(new Price(code, product, label, charge, interval, inForce));
    }

    /** The version in force on a day; empty before the first. */
    public Optional<PriceVersion> versionOn(LocalDate day) {
        return versions.stream()
                .filter(version -> version.startsOnOrBefore(day))
                .reduce((earlier, later) -> later);
    }

    /** The versions in force in a range, each with its days; days before the first version belong to none. */
    public List<Part> partsOf(DateRange range) {
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < versions.size(); i++) {
            PriceVersion version = versions.get(i);
            LocalDate effective = version.effectiveFrom();
            LocalDate from = effective == null || effective.isBefore(range.start()) ? range.start() : effective;
            LocalDate next = i + 1 < versions.size() ? versions.get(i + 1).effectiveFrom() : null;
            LocalDate to = next == null || next.isAfter(range.end()) ? range.end() : next;
            if (from.isBefore(to)) {
                parts.add(new Part(version, new DateRange(from, to)));
            }
        }
        return parts;
    }
}
