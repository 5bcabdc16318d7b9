package dev.valora.billing.invoice;

import dev.valora.billing.calendar.DateRange;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What must be true of every invoice, looked at before it is finalized. Pure. */
final class InvoiceChecks {

    private InvoiceChecks() {}

    private record Thing(InvoiceLine.Kind kind, LedgerEntry.Key key, DateRange days) {}

    /** Throws {@link RefusedInvoiceException} for the first thing that is wrong. */
    static void check(InvoiceContent content) {
        refuseTwoLinesForOneThing(content);
        refuseNegativeUsage(content);
        refuseAnotherTotal(content);
    }

    private static void refuseTwoLinesForOneThing(InvoiceContent content) {
        Set<Thing> billed = new HashSet<>();
        for (InvoiceLine line : content.lines()) {
            InvoiceLine.Charged charged = line.charged();
            if (charged != null && !billed.add(new Thing(line.kind(), charged.key(), line.servicePeriod()))) {
                throw new RefusedInvoiceException(
                        "two_lines_for_one_thing",
                        "The price " + charged.price() + " would be billed twice for " + line.servicePeriod() + ".");
            }
        }
    }

    /** With what was billed before, no cycle may owe less than nothing for usage. */
    private static void refuseNegativeUsage(InvoiceContent content) {
        Map<LedgerEntry.Key, BigDecimal> owed = new LinkedHashMap<>();
        List<CycleBill> bills = Stream.concat(Stream.of(content.terms().closing()), content.terms().late().stream())
                .toList();
        bills.forEach(
                bill -> bill.before().forEach(before -> owed.merge(before.key(), before.amount(), BigDecimal::add)));
        content.ledger().stream()
                .filter(entry -> entry.days() == null)
                .forEach(entry -> owed.merge(entry.key(), entry.amount(), BigDecimal::add));
        owed.forEach((key, amount) -> {
            if (amount.signum() < 0) {
                throw new RefusedInvoiceException(
                        "negative_usage_charge",
                        "All that was billed of " + key.price() + " in cycle " + key.cycle() + " would come to "
                                + amount.toPlainString() + ".");
            }
        });
    }

    /** The total comes from the lines; the ledger groups the same lines another way, and adjustments are counted apart. */
    private static void refuseAnotherTotal(InvoiceContent content) {
        BigDecimal adjustments = content.terms().adjustments().stream()
                .map(AdjustmentTerms::amount)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal sum = content.ledger().stream()
                .filter(entry -> entry.kind() != LedgerEntry.Kind.WAIVED)
                .map(LedgerEntry::amount)
                .reduce(adjustments, BigDecimal::add);
        if (sum.compareTo(content.total()) != 0) {
            throw new RefusedInvoiceException(
                    "total_is_not_the_sum",
                    "The total " + content.total().toPlainString() + " is not the sum " + sum.toPlainString() + ".");
        }
    }
}
