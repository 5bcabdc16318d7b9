package dev.valora.bench.year;

import dev.valora.bench.year.oracle.Wanted;
import java.util.List;

/**
 * A plan: prices of one interval that are bought together, one of each, and the trial that comes with them.
 *
 * @param trialDays unless a subscription names another
 */
record Bundle(String code, List<Wanted> items, int trialDays) {

    /** Keeps copies. */
    Bundle {
        items = List.copyOf(items);
    }

    boolean has(String price) {
        return items.stream().anyMatch(item -> item.price().equals(price));
    }
}
