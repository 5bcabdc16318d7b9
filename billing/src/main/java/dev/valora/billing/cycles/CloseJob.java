package dev.valora.billing.cycles;

import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.contract.CycleStore;
import dev.valora.billing.contract.CycleStore.DueCycles;
import dev.valora.billing.contract.CycleStore.Opened;
import dev.valora.billing.contract.Subscription;
import dev.valora.billing.contract.SubscriptionStore;
import dev.valora.billing.customers.Customer;
import dev.valora.billing.customers.CustomerStore;
import dev.valora.billing.invoice.FrozenInvoice;
import dev.valora.billing.invoice.InvoiceContent;
import dev.valora.billing.invoice.UsageNeed;
import dev.valora.billing.invoices.InvoiceQuantities;
import dev.valora.billing.invoices.InvoiceStore;
import dev.valora.billing.invoices.InvoiceStore.Computed;
import dev.valora.billing.offering.OfferedPrice;
import dev.valora.billing.offering.PriceStore;
import dev.valora.billing.subscription.Cycle;
import dev.valora.ingest.Database;
import dev.valora.ingest.Json;
import dev.valora.ingest.MeterDirectory;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Bills cycles whose cut the watermark has passed: freezes their terms, reads their usage at the cut, and writes the invoices
 * with everything else that closing them changes. A cycle that has nothing to say on an invoice is closed without one.
 */
public final class CloseJob implements Job {

    /** Tiers of all prices of all invoices of a batch: some tens of megabytes as terms, lines and text. */
    private static final int BATCH_TIERS = 50_000;

    private final InvoiceQuantities quantities;
    private final MeterDirectory meters;

    /**
     * Closes cycles.
     *
     * @param quantities read at the cuts
     * @param meters that usage prices name
     */
    public CloseJob(InvoiceQuantities quantities, MeterDirectory meters) {
        this.quantities = quantities;
        this.meters = meters;
    }

    /** A cycle with the terms that it is billed under. */
    private record Frozen(Opened cycle, FrozenInvoice invoice) {}

    /** A cycle with what its invoice says; without lines there is no invoice. */
    private record Closed(Opened cycle, Computed invoice) {

        boolean hasInvoice() {
            return !invoice.content().lines().isEmpty();
        }
    }

    @Override
    public void run(Batch batch) {
        LocalDate periodEnd = Objects.requireNonNull(batch.due().periodEnd(), "cycles close by their period's end");
        List<Opened> cycles = CycleStore.awaitingCut(
                batch.change().transaction(),
                batch.organizationId(),
                new DueCycles(batch.due().at(), batch.now(), batch.limit()),
                periodEnd);
        batch.claim(cycles.stream().map(Opened::subscription).toList());
        if (!cycles.isEmpty()) {
            write(batch, computed(batch, withinBudget(batch, frozen(batch, cycles))));
        }
    }

    private List<Frozen> frozen(Batch batch, List<Opened> cycles) {
        Database.Transaction transaction = batch.change().transaction();
        Map<UUID, Subscription> subscriptions =
                SubscriptionStore.load(transaction, batch.organizationId(), batch.claimed()).stream()
                        .collect(Collectors.toMap(Subscription::id, Function.identity()));
        Map<String, OfferedPrice> prices = PriceStore.loadInForce(
                transaction,
                batch.organizationId(),
                Subscription.pricesOf(subscriptions.values()),
                daysOf(cycles, subscriptions));
        Map<UUID, Customer> customers = CustomerStore.load(
                transaction,
                batch.organizationId(),
                subscriptions.values().stream()
                        .map(Subscription::customerId)
                        .distinct()
                        .toList());
        TermsFreeze freeze = new TermsFreeze(batch.organization(), meters, prices, customers);
        List<Frozen> frozen = new ArrayList<>();
        for (Opened cycle : cycles) {
            try {
                Subscription subscription = subscriptions.get(cycle.subscription());
                if (subscription == null) {
                    throw new IllegalStateException("the subscription of cycle " + cycle.id() + " is missing");
                }
                frozen.add(new Frozen(cycle, freeze.of(subscription, cycle.cycle())));
            } catch (RuntimeException failed) {
                batch.refuse(cycle.subscription(), failed);
            }
        }
        return frozen;
    }

    /** All days for which the cycles can charge: their own and, in advance, those of the next periods. */
    private static DateRange daysOf(List<Opened> cycles, Map<UUID, Subscription> subscriptions) {
        LocalDate from = cycles.getFirst().cycle().period().start();
        LocalDate to = cycles.getFirst().cycle().period().end();
        for (Opened opened : cycles) {
            DateRange period = opened.cycle().period();
            Subscription subscription = subscriptions.get(opened.subscription());
            LocalDate end = subscription == null
                    ? period.end()
                    : subscription.lifetime().periodContaining(period.end()).end();
            from = period.start().isBefore(from) ? period.start() : from;
            to = end.isAfter(to) ? end : to;
        }
        return new DateRange(from, to);
    }

    /** As many cycles from the front as fit into memory with all their tiers; the others are left to the next batch. */
    private static List<Frozen> withinBudget(Batch batch, List<Frozen> frozen) {
        long tiers = 0;
        int fitting = 0;
        for (Frozen one : frozen) {
            tiers += one.invoice().terms().tierCount();
            if (fitting > 0 && tiers > BATCH_TIERS) {
                break;
            }
            fitting++;
        }
        frozen.subList(fitting, frozen.size())
                .forEach(left -> batch.leave(left.cycle().subscription()));
        return frozen.subList(0, fitting);
    }

    private List<Closed> computed(Batch batch, List<Frozen> frozen) {
        List<Map<UsageNeed, BigDecimal>> usage = quantities.read(
                batch.change().transaction(),
                batch.organizationId(),
                frozen.stream().map(Frozen::invoice).toList());
        List<Closed> closed = new ArrayList<>();
        for (int i = 0; i < frozen.size(); i++) {
            Frozen one = frozen.get(i);
            if (batch.isRefused(one.cycle().subscription())) {
                // An earlier cycle of the same subscription failed, and cycles close in order.
                continue;
            }
            try {
                InvoiceContent content = InvoiceContent.of(one.invoice(), usage.get(i));
                closed.add(new Closed(one.cycle(), new Computed(content)));
            } catch (RuntimeException failed) {
                batch.refuse(one.cycle().subscription(), failed);
            }
        }
        return closed;
    }

    private static void write(Batch batch, List<Closed> closed) {
        if (closed.isEmpty()) {
            return;
        }
        List<Computed> invoices =
                closed.stream().filter(Closed::hasInvoice).map(Closed::invoice).toList();
        InvoiceStore.write(batch.change(), batch.organization().invoicePrefix(), invoices);
        CycleStore.move(batch.change(), closed.stream().map(Closed::cycle).toList(), Cycle.State.CLOSED, batch.now());
        for (Closed one : closed) {
            if (!one.hasInvoice()) {
                batch.change()
                        .append(
                                "cycle.closed",
                                "subscription:" + one.cycle().subscription(),
                                null,
                                Json.object()
                                        .put("cycle", one.cycle().cycle().number())
                                        .putNull("invoice"));
            }
        }
        batch.processed("cycles", closed.size());
        batch.processed("invoices", invoices.size());
    }
}
