package dev.valora.billing.cycles;

import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.catalog.Price;
import dev.valora.billing.catalog.Price.Basis;
import dev.valora.billing.contract.Subscription;
import dev.valora.billing.customers.Customer;
import dev.valora.billing.invoice.FrozenInvoice;
import dev.valora.billing.invoice.InvoiceCut;
import dev.valora.billing.invoice.InvoiceTerms;
import dev.valora.billing.invoice.InvoiceTerms.Buyer;
import dev.valora.billing.invoice.InvoiceTerms.ItemTerms;
import dev.valora.billing.invoice.InvoiceTerms.Seller;
import dev.valora.billing.invoice.InvoiceTerms.ServicePeriod;
import dev.valora.billing.invoice.UsageTerms;
import dev.valora.billing.offering.OfferedPrice;
import dev.valora.billing.subscription.Cycle;
import dev.valora.billing.subscription.Lifetime;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.Organization;
import dev.valora.ingest.RegisteredMeter;
import java.util.ArrayList;
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
    private final Map<String, OfferedPrice> prices;
    private final Map<UUID, Customer> customers;
    private final Map<PriceDays, Optional<Price>> trimmed = new HashMap<>();

    private record PriceDays(String price, List<DateRange> days) {}

    TermsFreeze(
            Organization organization,
            MeterDirectory meters,
            Map<String, OfferedPrice> prices,
            Map<UUID, Customer> customers) {
        this.organization = organization;
        this.meters = meters;
        this.prices = prices;
        this.customers = customers;
    }

    /**
     * The terms and the cut of one cycle.
     *
     * @throws IllegalStateException when something that it needs is missing
     */
    FrozenInvoice of(Subscription subscription, Cycle cycle) {
        boolean opening = cycle.number() == 0;
        Lifetime lifetime = subscription.lifetime();
        Optional<ServicePeriod> closing = opening
                ? Optional.empty()
                : Optional.of(new ServicePeriod(cycle.period(), lifetime.fullPeriodOf(cycle.period())));
        Optional<ServicePeriod> advance = opening ? Optional.of(firstPeriod(lifetime)) : next(subscription, cycle);
        List<ItemTerms> items = items(subscription, closing, advance);
        UsageTerms usage = closing.map(period -> UsageTerms.of(
                        period.days(),
                        new UsageTerms.Edges(cycle.startsAt(), cycle.endsAt(), organization.zone()),
                        items,
                        this::meter))
                .orElseGet(UsageTerms::none);
        InvoiceTerms terms = new InvoiceTerms(
                seller(),
                buyer(subscription),
                organization.currency().getCurrencyCode(),
                organization.currency().getDefaultFractionDigits(),
                subscription.id(),
                cycle.number(),
                closing,
                advance,
                cycle.trial(),
                cycle.netTermsDays(),
                items,
                usage);
        return new FrozenInvoice(
                terms,
                new InvoiceCut(cycle.startsAt(), opening ? cycle.startsAt() : cycle.endsAt(), cycle.acceptedBefore()));
    }

    private static ServicePeriod firstPeriod(Lifetime lifetime) {
        return new ServicePeriod(lifetime.firstPeriod(), lifetime.fullPeriodOf(lifetime.firstPeriod()));
    }

    private static Optional<ServicePeriod> next(Subscription subscription, Cycle cycle) {
        if (subscription.endsBy(cycle.period().end())) {
            return Optional.empty();
        }
        Lifetime lifetime = subscription.lifetime();
        DateRange days = lifetime.periodContaining(cycle.period().end());
        return Optional.of(new ServicePeriod(days, lifetime.fullPeriodOf(days)));
    }

    private List<ItemTerms> items(
            Subscription subscription, Optional<ServicePeriod> closing, Optional<ServicePeriod> advance) {
        List<ItemTerms> items = new ArrayList<>();
        for (Subscription.Item item : subscription.items()) {
            OfferedPrice offered = prices.get(item.price());
            if (offered == null) {
                throw new IllegalStateException("the price " + item.price() + " of an item is missing");
            }
            List<DateRange> days = chargedDays(item, offered.price(), closing, advance);
            inForce(offered.price(), days)
                    .ifPresent(price ->
                            items.add(new ItemTerms(item.id(), price, item.quantity(), item.start(), item.end())));
        }
        return items;
    }

    /** The days for which an invoice can charge an item. */
    private static List<DateRange> chargedDays(
            Subscription.Item item, Price price, Optional<ServicePeriod> closing, Optional<ServicePeriod> advance) {
        boolean inAdvance = price.charge() instanceof Basis.Recurring recurring && recurring.inAdvance();
        ItemTerms life = new ItemTerms(item.id(), price, item.quantity(), item.start(), item.end());
        return (inAdvance ? advance : closing)
                .flatMap(period -> life.daysIn(period.days())).stream().toList();
    }

    /** The price with the versions that matter, one object for all invoices of a batch. */
    private Optional<Price> inForce(Price price, List<DateRange> days) {
        return trimmed.computeIfAbsent(new PriceDays(price.code(), days), key -> price.inForceIn(days));
    }

    private Seller seller() {
        Organization.@Nullable Issuer issuer = organization.issuer();
        return issuer == null
                ? new Seller(organization.name(), null, null)
                : new Seller(issuer.name(), issuer.address(), issuer.taxId());
    }

    private Buyer buyer(Subscription subscription) {
        Customer customer = customers.get(subscription.customerId());
        if (customer == null) {
            throw new IllegalStateException("the customer " + subscription.customerId() + " is missing");
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
