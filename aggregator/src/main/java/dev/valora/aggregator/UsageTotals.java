package dev.valora.aggregator;

import dev.valora.ingest.Quantity;
import java.util.List;
import java.util.Optional;

/**
 * The usage of one customer and one group at a cut.
 *
 * @param dimensions what the events of the group have in the dimensions of {@link UsageSelection#groupBy}, in that order;
 *     empty where they lack the property
 * @param value 0 when there was no usage
 * @param events that make up the value
 */
public record UsageTotals(String customer, List<Optional<String>> dimensions, Quantity value, long events) {

    public UsageTotals {
        dimensions = List.copyOf(dimensions);
    }
}
