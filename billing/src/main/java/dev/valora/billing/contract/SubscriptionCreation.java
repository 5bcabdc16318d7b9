package dev.valora.billing.contract;

import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.calendar.BillingInterval;
import dev.valora.billing.contract.TransitionStore.Transition;
import dev.valora.billing.customers.Customer;
import dev.valora.billing.customers.CustomerStore;
import dev.valora.billing.offering.Plan;
import dev.valora.billing.subscription.CyclePolicy;
import dev.valora.billing.subscription.Intervals;
import dev.valora.billing.subscription.Item;
import dev.valora.billing.subscription.Lifetime;
import dev.valora.billing.subscription.SubscriptionStatus;
import dev.valora.ingest.JsonFields;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.ProblemException;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Creates one subscription inside one change. One thread. */
final class SubscriptionCreation {

    private final AuditTrail.Change change;
    private final OrganizationId organization;
    private final CyclePolicy policy;
    private final JsonFields fields;
    private final SubscriptionFields sent;

    SubscriptionCreation(AuditTrail.Change change, CyclePolicy policy, JsonFields fields, SubscriptionFields sent) {
        this.change = change;
        this.organization = change.author().organization();
        this.policy = policy;
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
        WantedItems.Reading reading = new WantedItems.Reading(change.transaction(), organization, fields, sent.items());
        WantedItems wanted = reading.from(sent.startDate(), List.of());
        checkAnchorDay(wanted.interval());
        fields.check();

        UUID buyer = customer.orElseThrow().id();
        wanted.refuseUsagePriceInUse(reading, new ItemStore.Buyer(buyer, null, sent.startDate()), sent.customer());
        Subscription scheduled = scheduled(buyer, wanted);
        write(scheduled, today);
        if (!scheduled.lifetime().start().isAfter(today)) {
            ActivationStore.write(change, List.of(ActivationStore.Started.of(scheduled, policy, wanted.prices())));
        }
        return SubscriptionStore.find(change.transaction(), organization, scheduled.id())
                .orElseThrow();
    }

    private Subscription scheduled(UUID buyer, WantedItems wanted) {
        return new Subscription(
                UUID.randomUUID(),
                buyer,
                sent.customer(),
                new SubscriptionStatus.Scheduled(),
                sent.items().plan(),
                new Lifetime(
                        sent.startDate(),
                        trialEnd(wanted.plan()).orElse(null),
                        sent.anchorDay(),
                        Intervals.of(wanted.interval()),
                        null),
                wanted.items().stream()
                        .map(item -> Item.from(item.id(), item.price(), item.quantity(), sent.startDate()))
                        .toList(),
                null,
                null,
                sent.metadata(),
                change.author().at());
    }

    private void write(Subscription scheduled, LocalDate today) {
        SubscriptionStore.insert(
                change.transaction(),
                organization,
                scheduled,
                scheduled.opening(policy).first().startsAt());
        TransitionStore.write(
                change,
                List.of(new Transition(scheduled.id(), null, new SubscriptionStatus.Scheduled(), "created", today)));
        change.append("subscription.created", scheduled.target(), null, scheduled.toJson());
    }

    private Optional<Customer> customer() {
        Optional<Customer> customer = CustomerStore.findByKey(change.transaction(), organization, sent.customer());
        if (customer.isEmpty() && !sent.customer().isEmpty()) {
            fields.problem(
                    "customer", "unknown_customer", "There is no customer with the key " + sent.customer() + ".");
        }
        return customer;
    }

    private void checkAnchorDay(BillingInterval interval) {
        if (sent.anchorDay().isPresent() && !interval.isMonthly()) {
            fields.problem("anchor_day", "anchor_day_needs_months", "Periods of days or weeks begin where they begin.");
        }
    }

    private Optional<LocalDate> trialEnd(Optional<Plan> plan) {
        int days = sent.trialDays().orElseGet(() -> plan.map(Plan::trialDays).orElse(0));
        return days == 0 ? Optional.empty() : Optional.of(sent.startDate().plusDays(days));
    }
}
