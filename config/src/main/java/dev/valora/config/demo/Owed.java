package dev.valora.config.demo;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the customers owe, worked out from the events that were made up: the month's usage and two base fees in advance, the
 * month's and the next one's. Immutable.
 *
 * @param byCustomer in whole cents, by the customer's key
 */
record Owed(Map<String, BigDecimal> byCustomer) {

    static Owed of(Workload workload, int customers) {
        BigDecimal[] calls = new BigDecimal[customers];
        BigDecimal[] storage = new BigDecimal[customers];
        Arrays.fill(calls, BigDecimal.ZERO);
        Arrays.fill(storage, BigDecimal.ZERO);
        for (UsageEvent event : workload.events()) {
            int customer = event.customer();
            if (!event.timestamp().isBefore(Month.END)) {
                continue;
            }
            if (event.isStorage()) {
                storage[customer] = storage[customer].max(event.value());
            } else {
                calls[customer] = calls[customer].add(event.value());
            }
        }
        Map<String, BigDecimal> byCustomer = new TreeMap<>();
        for (int customer = 0; customer < customers; customer++) {
            byCustomer.put(
                    Customers.key(customer),
                    HybridPlan.BASE_FEE
                            .add(HybridPlan.BASE_FEE)
                            .add(HybridPlan.callsAmount(calls[customer]))
                            .add(HybridPlan.storageAmount(storage[customer])));
        }
        return new Owed(byCustomer);
    }

    BigDecimal total() {
        return byCustomer.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** Where the invoices say something else, one sentence each. */
    List<String> differences(Map<String, BigDecimal> invoiced) {
        List<String> differences = new ArrayList<>();
        byCustomer.forEach((customer, amount) -> {
            BigDecimal said = invoiced.getOrDefault(customer, BigDecimal.ZERO);
            if (said.compareTo(amount) != 0) {
                differences.add(customer + " owes " + amount + " by its events and " + said + " by its invoices.");
            }
        });
        invoiced.forEach((customer, amount) -> {
            if (!byCustomer.containsKey(customer)) {
                differences.add("There are invoices of " + amount + " for " + customer + ", who is no customer.");
            }
        });
        return differences;
    }
}
