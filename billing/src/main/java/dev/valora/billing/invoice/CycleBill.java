package dev.valora.billing.invoice;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * A cycle that an invoice bills, for the first time or again: its terms, and what was billed or waived of it before by
 * invoices that are not void.
 *
 * @param before each key once; empty when the cycle is billed for the first time
 */
public record CycleBill(CycleTerms terms, List<Before> before) {

    /**
     * What was billed or waived of one thing before.
     *
     * @param quantity that it was for
     */
    public record Before(LedgerEntry.Key key, BigDecimal amount, BigDecimal quantity) {}

    public CycleBill {
        before = List.copyOf(before);
    }

    /** A cycle of which nothing was billed. */
    public static CycleBill first(CycleTerms terms) {
        return new CycleBill(terms, List.of());
    }

    /** What was billed or waived of one thing; empty when nothing was. */
    Optional<Before> before(LedgerEntry.Key key) {
        return before.stream().filter(billed -> billed.key().equals(key)).findFirst();
    }
}
