package dev.valora.billing.closing;

import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.catalog.Price;
import dev.valora.billing.contract.Subscription;
import dev.valora.billing.customers.Customer;
import dev.valora.billing.invoice.AdjustmentTerms;
import dev.valora.billing.invoice.CycleBill;
import dev.valora.billing.invoice.CycleTerms;
import dev.valora.billing.invoice.FrozenInvoice;
import dev.valora.billing.invoice.InvoiceCut;
import dev.valora.billing.invoice.InvoiceTerms;
import dev.valora.billing.invoice.InvoiceTerms.Buyer;
import dev.valora.billing.invoice.InvoiceTerms.ItemTerms;
import dev.valora.billing.invoice.InvoiceTerms.Seller;
import dev.valora.billing.invoice.InvoiceTerms.ServicePeriod;
import dev.valora.billing.invoice.UsageTerms;
import dev.valora.billing.invoices.AdjustmentStore;
import dev.valora.billing.subscription.Cycle;
import dev.valora.billing.subscription.CycleKey;
import dev.valora.billing.subscription.Item;
import dev.valora.billing.subscription.OpenedCycle;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.Organization;
import dev.valora.ingest.RegisteredMeter;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Turns what rows say now into terms that stay: the one place where an invoice looks at anything that may change. */
final class TermsFreeze {

    private final Organization organization;
    private final MeterDirectory meters;
    private final Rows rows;
    private final Claims claims;
    private final AdvanceFreeze advance;
    private final Map<PriceDays, Optional<Price>> trimmed = new HashMap<>();

    private record PriceDays(String price, DateRange days) {}

    TermsFreeze(Organization organization, MeterDirectory meters, Rows rows, Claims claims) {
        this.organization = organization;
        this.meters = meters;
        this.rows = rows;
        this.claims = claims;
        this.advance = new AdvanceFreeze(rows, claims.balance(), this::inForce);
    }

    /**
     * The terms and the cut of one cycle.
     *
     * @param known the cycle's own terms when they were frozen before; null when it is closed for the first time
     * @throws IllegalStateException when something that it needs is missing
     */
    FrozenInvoice of(OpenedCycle opened, @Nullable CycleTerms known) {
        Subscription subscription = subscription(opened);
        Cycle cycle = opened.cycle();
        boolean opening = cycle.number() == 0;
        CycleTerms own = known == null ? terms(subscription, cycle) : known;
        InvoiceTerms terms = new InvoiceTerms(
                seller(),
                buyer(subscription),
                organization.currency().getCurrencyCode(),
                organization.currency().getDefaultFractionDigits(),
                subscription.id(),
                new CycleBill(own, claims.balance().before(opened.key())),
                cycle.netTermsDays(),
                advance.of(opened, subscription),
                late(opened.key()),
                cycle.lateUsage(),
                adjustments(opened));
        return new FrozenInvoice(
                terms,
                new InvoiceCut(cycle.startsAt(), opening ? cycle.startsAt() : cycle.endsAt(), cycle.acceptedBefore()));
    }

    /** What a cycle itself is billed under. */
    CycleTerms ownTerms(OpenedCycle opened) {
        return terms(subscription(opened), opened.cycle());
    }

    private Subscription subscription(OpenedCycle opened) {
        Subscription subscription = rows.subscriptions().get(opened.subscription());
        if (subscription == null) {
            throw new IllegalStateException("the subscription of cycle " + opened.key() + " is missing");
        }
        return subscription;
    }

    private CycleTerms terms(Subscription subscription, Cycle cycle) {
        ServicePeriod period = period(subscription, cycle);
        if (cycle.number() == 0) {
            return CycleTerms.opening(period);
        }
        List<ItemTerms> items = new ArrayList<>();
        for (Item item : subscription.items()) {
            Price price = rows.price(item);
            if (!price.isInAdvance()) {
                ItemTerms whole = terms(item, price, subscription.lifetime().end());
                whole.daysIn(period.days())
                        .filter(days -> !price.partsOf(days).isEmpty())
                        .flatMap(days -> inForce(price, price.isUsage() ? period.days() : days))
                        .ifPresent(trim -> items.add(whole.withPrice(trim)));
            }
        }
        UsageTerms usage = UsageTerms.of(
                period.days(),
                new UsageTerms.Edges(cycle.startsAt(), cycle.endsAt(), organization.zone()),
                items,
                this::meter);
        return new CycleTerms(cycle.number(), period, cycle.kind() == Cycle.Kind.TRIAL, items, usage);
    }

    private static ServicePeriod period(Subscription subscription, Cycle cycle) {
        return new ServicePeriod(cycle.period(), subscription.lifetime().fullPeriodOf(cycle.period()));
    }

    /** Usage is charged while an item lives, a licence while it is to be charged; neither behind the subscription's end. */
    static ItemTerms terms(Item item, Price price, @Nullable LocalDate end) {
        LocalDate from = price.isUsage() ? item.start() : item.chargedFrom();
        LocalDate until = price.isUsage() ? item.end() : item.chargedUntil();
        LocalDate last = until == null || (end != null && end.isBefore(until)) ? end : until;
        return new ItemTerms(item.id(), price, item.quantity(), from, last);
    }

    private List<CycleBill> late(CycleKey closing) {
        List<CycleBill> bills = new ArrayList<>();
        claims.late().entrySet().stream()
                .filter(late -> late.getKey().subscription().equals(closing.subscription())
                        && late.getKey().number() < closing.number())
                .sorted(Map.Entry.comparingByKey(Comparator.comparingInt(CycleKey::number)))
                .forEach(late -> bills.add(
                        new CycleBill(late.getValue(), claims.balance().before(late.getKey()))));
        return bills;
    }

    /** What was put there before the cut; what came later is for the next invoice, whenever this one is made. */
    private List<AdjustmentTerms> adjustments(OpenedCycle opened) {
        return claims.adjustments().getOrDefault(opened.subscription(), List.of()).stream()
                .filter(waiting -> waiting.createdAt().isBefore(opened.cycle().acceptedBefore()))
                .map(AdjustmentStore.Waiting::terms)
                .toList();
    }

    /** The price with the versions that matter, one object for all invoices of a batch. */
    private Optional<Price> inForce(Price price, DateRange days) {
        return trimmed.computeIfAbsent(new PriceDays(price.code(), days), key -> price.inForceIn(List.of(days)));
    }

    private Seller seller() {
        Organization.@Nullable Issuer issuer = organization.issuer();
        return issuer == null
                ? new Seller(organization.name(), null, null)
                : new Seller(issuer.name(), issuer.address(), issuer.taxId());
    }

    private Buyer buyer(Subscription subscription) {
        UUID id = subscription.customerId();
        Customer customer = rows.customers().get(id);
        if (customer == null) {
            throw new IllegalStateException("the customer " + id + " is missing");
        }
        return new Buyer(customer.id(), customer.key(), customer.name(), customer.email(), customer.address());
    }

    private MeterDefinition meter(String code) {
        RegisteredMeter meter = meters.find(organization.id(), code);
        if (meter == null) {
            throw new IllegalStateException("the meter " + code + " of a price is missing");
        }
        return meter.definition();
    }
}
