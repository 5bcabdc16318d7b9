package dev.valora.bench.year.oracle;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What was billed and what was waived, entry by entry. An entry counts while its invoice is not void. */
final class Books {

    private final List<UsageEntry> usage = new ArrayList<>();
    private final List<LicenceEntry> licences = new ArrayList<>();

    /**
     * Of the usage of a cycle.
     *
     * @param invoice null for what was waived
     */
    record UsageEntry(
            int cycle,
            int item,
            BigDecimal quantity,
            BigDecimal amount,
            @Nullable Issued invoice) {
        boolean counts() {
            return invoice == null || !invoice.isVoid();
        }
    }

    /**
     * Days of a licence.
     *
     * @param sign 1 charged, -1 given back
     * @param full days of the full period that they are charged by
     */
    record LicenceEntry(
            Item item,
            Days days,
            int sign,
            Version version,
            long full,
            int cycle,
            @Nullable Issued invoice) {
        boolean counts() {
            return invoice == null || !invoice.isVoid();
        }
    }

    void add(UsageEntry entry) {
        usage.add(entry);
    }

    void add(LicenceEntry entry) {
        licences.add(entry);
    }

    List<LicenceEntry> licences(Item item) {
        return licences.stream()
                .filter(entry -> entry.item().number() == item.number() && entry.counts())
                .toList();
    }

    BigDecimal billed(int cycle, Item item) {
        return sum(cycle, item, false);
    }

    BigDecimal waived(int cycle, Item item) {
        return sum(cycle, item, true);
    }

    private BigDecimal sum(int cycle, Item item, boolean waived) {
        return entries(cycle, item)
                .filter(entry -> waived == (entry.invoice() == null))
                .map(UsageEntry::amount)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    BigDecimal quantity(int cycle, Item item) {
        return entries(cycle, item).map(UsageEntry::quantity).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    BigDecimal quantityWaived(int cycle, Item item) {
        return entries(cycle, item)
                .filter(entry -> entry.invoice() == null)
                .map(UsageEntry::quantity)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private Stream<UsageEntry> entries(int cycle, Item item) {
        return usage.stream()
                .filter(entry -> entry.counts() && entry.cycle() == cycle && entry.item() == item.number());
    }

    /** Writes as waived what an invoice billed of usage and of licences in arrears. */
    void waive(Issued invoice) {
        List.copyOf(usage).stream()
                .filter(entry -> entry.invoice() == invoice)
                .forEach(entry ->
                        add(new UsageEntry(entry.cycle(), entry.item(), entry.quantity(), entry.amount(), null)));
        List.copyOf(licences).stream()
                .filter(entry ->
                        entry.invoice() == invoice && entry.item().price().inArrears())
                .forEach(entry -> add(new LicenceEntry(
                        entry.item(), entry.days(), entry.sign(), entry.version(), entry.full(), entry.cycle(), null)));
    }
}
