package dev.valora.bench.year.oracle;

import java.util.List;
import java.util.Map;

/**
 * All that one organization's invoices follow from, but for the subscriptions.
 *
 * @param prices by code
 * @param usage by customer
 */
public record World(Terms terms, Map<String, Price> prices, Map<String, List<Usage>> usage) {

    List<Usage> usageOf(String customer) {
        return usage.getOrDefault(customer, List.of());
    }
}
