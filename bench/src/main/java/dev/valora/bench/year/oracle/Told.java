package dev.valora.bench.year.oracle;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription has come to.
 *
 * @param status as the contract names it
 * @param period that runs; null before the start and after the end
 * @param invoices in the order in which they were made
 */
public record Told(String status, @Nullable Days period, List<Invoice> invoices) {

    /** Keeps copies. */
    public Told {
        invoices = List.copyOf(invoices);
    }
}
