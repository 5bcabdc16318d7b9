package dev.valora.billing.contract;

import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.calendar.BillingInterval;
import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.catalog.Price.Basis;
import dev.valora.billing.contract.Subscription.Item;
import dev.valora.billing.contract.SubscriptionFields.ItemFields;
import dev.valora.billing.contract.TransitionStore.Transition;
import dev.valora.billing.customers.Customer;
import dev.valora.billing.customers.CustomerStore;
import dev.valora.billing.offering.OfferedPrice;
import dev.valora.billing.offering.Plan;
import dev.valora.billing.offering.PlanStore;
import dev.valora.billing.offering.PriceStore;
import dev.valora.billing.subscription.Lifetime;
import dev.valora.billing.subscription.SubscriptionStatus;
import dev.valora.ingest.JsonFields;
import dev.valora.ingest.Organization;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Creates one subscription inside one change. One thread. */
final class SubscriptionCreation {

    private final AuditTrail.Change change;
    private final OrganizationId id;
    private final Organization organization;
    private final JsonFields fields;
    private final SubscriptionFields sent;

    SubscriptionCreation(
            AuditTrail.Change change, Organization organization, JsonFields fields, SubscriptionFields sent) {
        this.change = change;
        this.id = organization.id();
        this.organization = organization;
        this.fields = fields;
        this.sent = sent;
    }

    /**
     * Looks up what was named, checks it and writes the rows; a subscription whose start has come is started.
     *
     * @throws ProblemException 422 with everything that is wrong, 409 when a usage price has a live item already
     */
    Subscription run(LocalDate today) {
        Optional<Customer> customer = customer();
        Optional<Plan> plan = plan();
        List<Item> items = items(plan);
        Map<String, OfferedPrice> prices = PriceStore.loadInForce(
                change.transaction(), id, items.stream().map(Item::price).toList(), DateRange.of(sent.startDate()));
        checkPrices(items, prices);
        BillingInterval interval = interval(prices);
        fields.check();

        UUID buyer = customer.orElseThrow().id();
        refuseUsagePriceInUse(buyer, items, prices);
        Subscription scheduled = new Subscription(
                UUID.randomUUID(),
                buyer,
                sent.customer(),
                new SubscriptionStatus.Scheduled(),
                sent.plan(),
                new Lifetime(sent.startDate(), trialEnd(plan).orElse(null), sent.anchorDay(), interval),
                items,
                null,
                null,
                null,
                sent.metadata(),
                change.author().at());
        write(scheduled, today);
        if (!scheduled.lifetime().start().isAfter(today)) {
            ActivationStore.write(change, List.of(ActivationStore.Started.of(scheduled, organization, prices)));
        }
        return SubscriptionStore.find(change.transaction(), id, scheduled.id()).orElseThrow();
    }

    private void write(Subscription scheduled, LocalDate today) {
        SubscriptionStore.insert(
                change.transaction(),
                id,
                scheduled,
                scheduled.opening(organization).first().startsAt());
        TransitionStore.write(
                change,
                List.of(new Transition(scheduled.id(), null, new SubscriptionStatus.Scheduled(), "created", today)));
        change.append("subscription.created", scheduled.target(), null, scheduled.toJson());
    }

    private Optional<Customer> customer() {
        Optional<Customer> customer = CustomerStore.findByKey(change.transaction(), id, sent.customer());
        if (customer.isEmpty() && !sent.customer().isEmpty()) {
            fields.problem(
                    "customer", "unknown_customer", "There is no customer with the key " + sent.customer() + ".");
        }
        return customer;
    }

    private Optional<Plan> plan() {
        String code = sent.plan();
        if (code == null) {
            return Optional.empty();
        }
        Optional<Plan> plan = PlanStore.find(change.transaction(), id, code);
        if (plan.isEmpty()) {
            fields.problem("plan", "unknown_plan", "There is no plan " + code + ".");
        } else if (plan.get().archivedAt() != null) {
            fields.problem("plan", "archived_plan", "The plan " + code + " takes no new subscriptions.");
        }
        return plan;
    }

    /** One for each price of the plan, or those that were sent. */
    private List<Item> items(Optional<Plan> plan) {
        List<Item> items = new ArrayList<>();
        plan.ifPresent(bought -> bought.prices().forEach(price -> items.add(item(price, BigDecimal.ONE))));
        if (sent.plan() == null) {
            sent.items().forEach(item -> items.add(item(item.price(), item.quantity())));
        }
        return items;
    }

    private Item item(String price, BigDecimal quantity) {
        return new Item(UUID.randomUUID(), price, quantity, sent.startDate(), null);
    }

    private void checkPrices(List<Item> items, Map<String, OfferedPrice> prices) {
        if (sent.plan() == null) {
            sent.items().forEach(item -> checkPrice(item.fields(), "price", item.price(), prices));
            sent.items().forEach(item -> checkQuantity(item, prices));
        } else {
            items.forEach(item -> checkPrice(fields, "plan", item.price(), prices));
        }
    }

    private static void checkPrice(JsonFields fields, String member, String code, Map<String, OfferedPrice> prices) {
        OfferedPrice price = prices.get(code);
        if (price == null && !code.isEmpty()) {
            fields.problem(member, "unknown_price", "There is no price " + code + ".");
        } else if (price != null && !price.isSold()) {
            fields.problem(member, "archived_price", "The price " + code + " takes no new subscriptions.");
        }
    }

    private static void checkQuantity(ItemFields item, Map<String, OfferedPrice> prices) {
        OfferedPrice price = prices.get(item.price());
        if (price != null
                && price.price().charge() instanceof Basis.Usage
                && item.quantity().compareTo(BigDecimal.ONE) != 0) {
            item.fields().problem("quantity", "invalid_field", "Usage is billed as measured; leave the quantity out.");
        }
    }

    /** The interval that all prices share; any, when that is a problem. */
    private BillingInterval interval(Map<String, OfferedPrice> prices) {
        List<BillingInterval> intervals = prices.values().stream()
                .map(price -> price.price().interval())
                .distinct()
                .toList();
        if (intervals.size() > 1) {
            fields.problem(
                    sent.plan() == null ? "items" : "plan",
                    "mixed_intervals",
                    "All prices of a subscription share one interval.");
        }
        if (sent.anchorDay().isPresent() && intervals.stream().anyMatch(interval -> !interval.isMonthly())) {
            fields.problem("anchor_day", "anchor_day_needs_months", "Periods of days or weeks begin where they begin.");
        }
        return intervals.isEmpty() ? new BillingInterval(BillingInterval.Unit.MONTH, 1) : intervals.getFirst();
    }

    private Optional<LocalDate> trialEnd(Optional<Plan> plan) {
        int days = sent.trialDays().orElseGet(() -> plan.map(Plan::trialDays).orElse(0));
        return days == 0 ? Optional.empty() : Optional.of(sent.startDate().plusDays(days));
    }

    private void refuseUsagePriceInUse(UUID customer, List<Item> items, Map<String, OfferedPrice> prices) {
        Set<String> usagePrices = new HashSet<>();
        for (Item item : items) {
            OfferedPrice price = prices.get(item.price());
            boolean isUsage = price != null && price.price().charge() instanceof Basis.Usage;
            if (isUsage && !usagePrices.add(item.price())) {
                throw usagePriceInUse(item.price());
            }
        }
        SubscriptionStore.priceInUse(change.transaction(), id, customer, usagePrices, sent.startDate())
                .ifPresent(price -> {
                    throw usagePriceInUse(price);
                });
    }

    private ProblemException usagePriceInUse(String price) {
        return new ProblemException(Problem.of(
                ProblemKind.CONFLICT,
                "usage_price_in_use",
                "The customer " + sent.customer() + " has a live item on the usage price " + price
                        + " already, and its usage would be billed twice."));
    }
}
