package dev.valora.aggregator;

import dev.valora.ingest.MeterDefinition;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which usage of one meter is read, and what it is kept apart by.
 *
 * @param meter the meter's code
 * @param composition how the meter's rows become one
 * @param cut of event and accepted times
 * @param customers only these, at most {@link #CUSTOMERS_MAX}; empty for all
 * @param filter by dimension, the values of which an event must have one; a dimension that is not named does not filter
 * @param groupBy dimensions that are kept apart; the others are taken together
 */
public record UsageSelection(
        String meter,
        Composition composition,
        Cut cut,
        Set<String> customers,
        Map<String, Set<String>> filter,
        List<String> groupBy) {

    /** Customers that one reading may name. */
    public static final int CUSTOMERS_MAX = 1_000;

    public UsageSelection {
        customers = Set.copyOf(customers);
        Map<String, Set<String>> copy = new TreeMap<>();
        filter.forEach((dimension, values) -> copy.put(dimension, Set.copyOf(values)));
        filter = Collections.unmodifiableMap(copy);
        groupBy = List.copyOf(groupBy);
        if (customers.size() > CUSTOMERS_MAX) {
            throw new IllegalArgumentException("more than " + CUSTOMERS_MAX + " customers in one reading");
        }
    }

    /** All usage of a meter at a cut, nothing filtered or kept apart but customers. */
    public static UsageSelection of(MeterDefinition meter, Cut cut) {
        return new UsageSelection(
                meter.code(), Composition.of(meter.aggregation()), cut, Set.of(), Map.of(), List.of());
    }

    /** The same for these customers only. */
    public UsageSelection forCustomers(Set<String> only) {
        return new UsageSelection(meter, composition, cut, only, filter, groupBy);
    }

    /** The same for events that have one of these values in a dimension. */
    public UsageSelection where(Map<String, Set<String>> only) {
        return new UsageSelection(meter, composition, cut, customers, only, groupBy);
    }

    /** The same, kept apart by these dimensions. */
    public UsageSelection groupedBy(List<String> dimensions) {
        return new UsageSelection(meter, composition, cut, customers, filter, dimensions);
    }
}
