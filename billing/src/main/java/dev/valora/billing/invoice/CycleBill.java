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
     * @param amount that was billed and waived together
     * @param quantity that it was for
     * @param waivedAmount what of the amount nobody was asked to pay, and so nobody can be given back
     * @param waivedQuantity that it was for
     */
    public record Before(
            LedgerEntry.Key key,
            BigDecimal amount,
            BigDecimal quantity,
            BigDecimal waivedAmount,
            BigDecimal waivedQuantity) {

        /** One entry of the ledger. */
        public static Before of(LedgerEntry entry) {
            boolean waived = entry.kind() == LedgerEntry.Kind.WAIVED;
            return new Before(
                    entry.key(),
                    entry.amount(),
                    entry.quantity(),
                    waived ? entry.amount() : BigDecimal.ZERO,
                    waived ? entry.quantity() : BigDecimal.ZERO);
        }

        /** Nothing was. */
        static Before nothing(LedgerEntry.Key key) {
            return new Before(key, BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO);
        }

        /** This and more of the same thing. */
        public Before plus(Before more) {
            return new Before(
                    key,
                    amount.add(more.amount),
                    quantity.add(more.quantity),
                    waivedAmount.add(more.waivedAmount),
                    waivedQuantity.add(more.waivedQuantity));
        }

        BigDecimal billedAmount() {
            return amount.subtract(waivedAmount);
        }
    }

    public CycleBill {
        before = List.copyOf(before);
    }

    /** What was billed or waived of one thing; empty when nothing was. */
    Optional<Before> before(LedgerEntry.Key key) {
        return before.stream().filter(billed -> billed.key().equals(key)).findFirst();
    }
}
