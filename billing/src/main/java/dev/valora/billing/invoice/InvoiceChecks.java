package dev.valora.billing.invoice;

import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.catalog.Price.Basis;
import dev.valora.billing.invoice.InvoiceTerms.ItemTerms;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What must be true of every invoice, looked at before it is finalized. Pure. */
final class InvoiceChecks {

    private InvoiceChecks() {}

    private record Thing(
            InvoiceLine.Kind kind,
            @Nullable UUID item,
            @Nullable String price,
            DateRange days) {}

    /** Throws {@link RefusedInvoiceException} for the first thing that is wrong. */
    static void check(InvoiceContent content) {
        refuseTwoLinesForOneThing(content);
        refuseNegativeUsage(content);
        refuseAnotherTotal(content);
    }

    private static void refuseTwoLinesForOneThing(InvoiceContent content) {
        Set<Thing> billed = new HashSet<>();
        for (InvoiceLine line : content.lines()) {
            if (line.kind() != InvoiceLine.Kind.ADJUSTMENT
                    && !billed.add(new Thing(line.kind(), line.item(), line.price(), line.servicePeriod()))) {
                throw new RefusedInvoiceException(
                        "two_lines_for_one_thing",
                        "The price " + line.price() + " would be billed twice for " + line.servicePeriod() + ".");
            }
        }
    }

    private static void refuseNegativeUsage(InvoiceContent content) {
        Map<UUID, String> usageItems = content.terms().items().stream()
                .filter(item -> item.price().charge() instanceof Basis.Usage)
                .collect(Collectors.toMap(ItemTerms::id, item -> item.price().code()));
        for (LedgerEntry entry : content.ledger()) {
            if (entry.amount().signum() < 0
                    && usageItems.containsKey(entry.key().item())) {
                throw new RefusedInvoiceException(
                        "negative_usage_charge",
                        "The usage of " + entry.key().price() + " in cycle "
                                + entry.key().cycle() + " would cost "
                                + entry.amount().toPlainString() + ".");
            }
        }
    }

    /** The total comes from the lines; the ledger groups the same lines another way. */
    private static void refuseAnotherTotal(InvoiceContent content) {
        BigDecimal adjustments = content.lines().stream()
                .filter(line -> line.item() == null)
                .map(InvoiceLine::amount)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal sum = content.ledger().stream().map(LedgerEntry::amount).reduce(adjustments, BigDecimal::add);
        if (sum.compareTo(content.total()) != 0) {
            throw new RefusedInvoiceException(
                    "total_is_not_the_sum",
                    "The total " + content.total().toPlainString() + " is not the sum " + sum.toPlainString() + ".");
        }
    }
}
