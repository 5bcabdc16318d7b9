package dev.valora.billing.cycles;

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
                organization.netTermsDays(),
                items,
                UsageTerms.of(closing, items, this::meter, organization.zone()));
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
        var days = lifetime.periodContaining(cycle.period().end());
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
            ItemTerms terms = new ItemTerms(item.id(), offered.price(), item.quantity(), item.start(), item.end());
            if (lives(terms, closing) || lives(terms, advance)) {
                items.add(terms);
            }
        }
        return items;
    }

    private static boolean lives(ItemTerms item, Optional<ServicePeriod> period) {
        return period.flatMap(days -> item.daysIn(days.days())).isPresent();
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
        return new Buyer(customer.key(), customer.name(), customer.email(), customer.address());
    }

    private MeterDefinition meter(String code) {
        RegisteredMeter meter = meters.find(organization.id(), code);
        if (meter == null) {
            throw new IllegalStateException("the meter " + code + " of a price is missing");
        }
        return meter.definition();
    }
}
