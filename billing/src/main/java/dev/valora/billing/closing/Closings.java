package dev.valora.billing.closing;

import dev.valora.aggregator.ChangedWindowReader;
import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.contract.CycleReader;
import dev.valora.billing.contract.Subscription;
import dev.valora.billing.contract.SubscriptionStore;
import dev.valora.billing.customers.CustomerStore;
import dev.valora.billing.invoice.CycleTerms;
import dev.valora.billing.invoice.FrozenInvoice;
import dev.valora.billing.invoice.InvoiceContent;
import dev.valora.billing.invoice.LedgerBalance;
import dev.valora.billing.invoices.AdjustmentStore;
import dev.valora.billing.invoices.FrozenCycles;
import dev.valora.billing.invoices.InvoiceQuantities;
import dev.valora.billing.invoices.LedgerReader;
import dev.valora.billing.offering.OfferedPrice;
import dev.valora.billing.offering.PriceStore;
import dev.valora.billing.subscription.Cycle;
import dev.valora.billing.subscription.CycleKey;
import dev.valora.billing.subscription.OpenedCycle;
import dev.valora.ingest.Database;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.Organization;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Freezes what cycles are billed under. Any thread but an event loop. */
public final class Closings {

    private final MeterDirectory meters;
    private final LateCycles lateCycles;

    /**
     * Freezes cycles.
     *
     * @param meters that usage prices name
     * @param windows that changed behind a cut
     */
    public Closings(MeterDirectory meters, ChangedWindowReader windows) {
        this.meters = meters;
        this.lateCycles = new LateCycles(windows);
    }

    /** A cycle with all that it is billed under. */
    public record Frozen(OpenedCycle cycle, FrozenInvoice invoice) {}

    /**
     * What these cycles are billed under when they are closed, in their order.
     *
     * @param cycles at most one of each subscription, whose earlier cycles are closed
     * @param refuse takes a subscription that is left out, and why
     */
    public List<Frozen> freeze(
            Database.Transaction transaction,
            Organization organization,
            List<OpenedCycle> cycles,
            BiConsumer<UUID, RuntimeException> refuse) {
        Rows rows = rows(transaction, organization, cycles, List.of());
        List<CycleKey> late = lateCycles.of(transaction, organization.id(), cycles, rows);
        TermsFreeze freeze =
                new TermsFreeze(organization, meters, rows, claims(transaction, organization, cycles, rows, late));
        List<Frozen> frozen = new ArrayList<>();
        for (OpenedCycle cycle : cycles) {
            try {
                frozen.add(new Frozen(cycle, freeze.of(cycle, null)));
            } catch (RuntimeException failed) {
                refuse.accept(cycle.subscription(), failed);
            }
        }
        return frozen;
    }

    /** What cycles that are not closed would freeze of themselves now. */
    public Map<CycleKey, CycleTerms> ownTerms(
            Database.Transaction transaction, Organization organization, List<OpenedCycle> cycles) {
        Map<CycleKey, CycleTerms> terms = new HashMap<>();
        if (!cycles.isEmpty()) {
            Rows rows = rows(transaction, organization, cycles, List.of());
            TermsFreeze freeze =
                    new TermsFreeze(organization, meters, rows, new Claims(new LedgerBalance(), Map.of(), Map.of()));
            cycles.forEach(cycle -> terms.put(cycle.key(), freeze.ownTerms(cycle)));
        }
        return terms;
    }

    /**
     * What a closed cycle is billed under once more: its own terms as they were frozen, and of everything else what is not
     * billed by other invoices.
     *
     * @param cycle with the cut to read its usage at
     * @param known its own terms
     * @param late the earlier cycles that its invoice corrected
     */
    public FrozenInvoice again(
            Database.Transaction transaction,
            Organization organization,
            OpenedCycle cycle,
            CycleTerms known,
            List<CycleKey> late) {
        Rows rows = rows(transaction, organization, List.of(cycle), List.of());
        return new TermsFreeze(
                        organization, meters, rows, claims(transaction, organization, List.of(cycle), rows, late))
                .of(cycle, known);
    }

    /**
     * What the last of some cycles of one subscription would say, if they were closed one after the other. Nothing is written.
     *
     * @param cycles that are not closed, in order, at least one
     * @param assumed cycles that do not exist and that they charge licences for
     */
    public InvoiceContent inTurn(
            Database.Transaction transaction,
            Organization organization,
            List<OpenedCycle> cycles,
            List<OpenedCycle> assumed,
            InvoiceQuantities quantities) {
        Rows rows = rows(transaction, organization, cycles, assumed);
        List<CycleKey> late = lateCycles.of(transaction, organization.id(), cycles, rows);
        Claims claims = claims(transaction, organization, cycles, rows, late);
        TermsFreeze freeze = new TermsFreeze(organization, meters, rows, claims);
        InvoiceContent content = null;
        for (OpenedCycle cycle : cycles) {
            FrozenInvoice frozen = freeze.of(cycle, null);
            content = InvoiceContent.of(frozen, quantities.read(transaction, organization.id(), frozen));
            content.ledger().forEach(entry -> claims.balance().add(cycle.subscription(), entry));
            claims.take(content.terms().adjustments());
        }
        return Objects.requireNonNull(content, "at least one cycle is closed in turn");
    }

    private static Rows rows(
            Database.Transaction transaction,
            Organization organization,
            List<OpenedCycle> cycles,
            List<OpenedCycle> assumed) {
        Set<UUID> ids =
                cycles.stream().map(OpenedCycle::subscription).collect(Collectors.toCollection(LinkedHashSet::new));
        List<Subscription> subscriptions = SubscriptionStore.load(transaction, organization.id(), ids);
        List<CycleKey> returned = LedgerReader.returned(transaction, organization.id(), ids);
        Set<CycleKey> wanted = new HashSet<>(returned);
        cycles.forEach(cycle -> {
            wanted.add(cycle.key().previous());
            wanted.add(cycle.key().next());
        });
        Map<CycleKey, Cycle> neighbours = new HashMap<>(CycleReader.load(transaction, organization.id(), wanted));
        Stream.concat(cycles.stream(), assumed.stream())
                .forEach(opened -> neighbours.put(opened.key(), opened.cycle()));
        Map<String, OfferedPrice> prices = PriceStore.loadInForce(
                transaction, organization.id(), Subscription.pricesOf(subscriptions), daysOf(neighbours.values()));
        return new Rows(
                subscriptions.stream().collect(Collectors.toMap(Subscription::id, Function.identity())),
                prices,
                CustomerStore.load(
                        transaction,
                        organization.id(),
                        subscriptions.stream()
                                .map(Subscription::customerId)
                                .distinct()
                                .toList()),
                neighbours,
                returned);
    }

    private static Claims claims(
            Database.Transaction transaction,
            Organization organization,
            List<OpenedCycle> cycles,
            Rows rows,
            List<CycleKey> late) {
        Set<CycleKey> touched = new HashSet<>(rows.returned());
        touched.addAll(late);
        cycles.forEach(cycle -> {
            touched.add(cycle.key());
            touched.add(cycle.key().next());
        });
        return new Claims(
                LedgerReader.load(transaction, organization.id(), touched),
                FrozenCycles.load(transaction, organization.id(), late),
                AdjustmentStore.waiting(
                        transaction, organization.id(), rows.subscriptions().keySet()));
    }

    /** All days for which the cycles can charge: their own, and those of the cycles whose licences they charge. */
    private static DateRange daysOf(Collection<Cycle> cycles) {
        LocalDate from = LocalDate.MAX;
        LocalDate to = LocalDate.MIN;
        for (Cycle cycle : cycles) {
            from = cycle.period().start().isBefore(from) ? cycle.period().start() : from;
            to = cycle.period().end().isAfter(to) ? cycle.period().end() : to;
        }
        return new DateRange(from, to);
    }
}
