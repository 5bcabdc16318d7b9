package dev.valora.billing.invoice;

import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.invoice.InvoiceLine.Charged;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lines grouped by what they bill. Pure. */
final class Ledger {

    private Ledger() {}

    private record Group(
            LedgerEntry.Key key,
            LedgerEntry.Kind kind,
            @Nullable DateRange days) {}

    /** One entry for each thing, in the order of its first line, then what is waived. */
    static List<LedgerEntry> of(List<InvoiceLine> lines, List<LedgerEntry> waived) {
        Map<Group, LedgerEntry> entries = new LinkedHashMap<>();
        for (InvoiceLine line : lines) {
            Charged charged = line.charged();
            if (charged != null) {
                entries.merge(group(charged, line.servicePeriod()), entry(charged, line), Ledger::sum);
            }
        }
        List<LedgerEntry> ledger = new ArrayList<>(entries.values());
        ledger.addAll(waived);
        return ledger;
    }

    private static Group group(Charged charged, DateRange days) {
        return switch (charged.purpose()) {
            case ARREARS -> new Group(charged.key(), LedgerEntry.Kind.BILLED, null);
            case ADVANCE -> new Group(charged.key(), LedgerEntry.Kind.BILLED, days);
            case GIVEN_BACK -> new Group(charged.key(), LedgerEntry.Kind.CREDITED, days);
        };
    }

    private static LedgerEntry entry(Charged charged, InvoiceLine line) {
        Group group = group(charged, line.servicePeriod());
        BigDecimal quantity = line.quantity();
        boolean isUsage = line.kind() == InvoiceLine.Kind.USAGE || line.kind() == InvoiceLine.Kind.LATE_USAGE;
        return new LedgerEntry(
                group.key(),
                group.kind(),
                line.amount(),
                quantity == null || !isUsage ? BigDecimal.ZERO : quantity,
                group.days());
    }

    private static LedgerEntry sum(LedgerEntry one, LedgerEntry other) {
        return new LedgerEntry(
                one.key(),
                one.kind(),
                one.amount().add(other.amount()),
                one.quantity().add(other.quantity()),
                one.days());
    }
}
