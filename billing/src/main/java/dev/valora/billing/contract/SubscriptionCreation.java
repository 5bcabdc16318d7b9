package dev.valora.billing.contract;

import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.calendar.BillingInterval;
import dev.valora.billing.contract.TransitionStore.Transition;
import dev.valora.billing.customers.Customer;
import dev.valora.billing.customers.CustomerStore;
import dev.valora.billing.offering.Plan;
import dev.valora.billing.subscription.Arrangements;
import dev.valora.billing.subscription.CyclePolicy;
import dev.valora.billing.subscription.Intervals;
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
    private final LocalDate today;
    private final SubscriptionFields sent;

    /** Reads the fields as of today in the organization's zone; their problems are told when it runs. */
    SubscriptionCreation(AuditTrail.Change change, CyclePolicy policy, JsonFields fields) {
        this.change = change;
        this.organization = change.author().organization();
        this.policy = policy;
        this.fields = fields;
        this.today = LocalDate.ofInstant(change.at(), policy.zone());
        this.sent = SubscriptionFields.read(fields, today);
    }

    /**
     * Looks up what was named, checks it and writes the rows; a subscription whose start has come is started.
     *
     * @throws ProblemException 422 with everything that is wrong, 409 when a usage price has a live item already
     */
    Subscription run() {
        Optional<Customer> customer = customer();
        WantedItems.Reading reading = new WantedItems.Reading(change.transaction(), organization, fields, sent.items());
        WantedItems wanted = reading.from(sent.startDate(), List.of(), null);
        checkAnchorDay(wanted.interval());
        fields.check();

        UUID buyer = customer.orElseThrow().id();
        wanted.refuseUsagePriceInUse(reading, new ItemStore.Buyer(buyer, null, sent.startDate()), sent.customer());
        Arrangements begun = Arrangements.from(sent.startDate(), wanted.items());
        Subscription scheduled = scheduled(buyer, wanted, begun);
        write(scheduled);
        ArrangementStore.append(change.transaction(), organization, scheduled.id(), begun.last());
        if (!scheduled.lifetime().start().isAfter(today)) {
            ActivationStore.write(change, List.of(ActivationStore.Started.of(scheduled, policy, wanted.prices())));
        }
        return SubscriptionStore.find(change.transaction(), organization, scheduled.id())
                .orElseThrow();
    }

    private Subscription scheduled(UUID buyer, WantedItems wanted, Arrangements begun) {
        Lifetime lifetime = new Lifetime(
                sent.startDate(),
                trialEnd(wanted.plan()).orElse(null),
                sent.anchorDay(),
                Intervals.of(wanted.interval()),
                null);
        return new Subscription(
                change.newId(),
                buyer,
                sent.customer(),
                new SubscriptionStatus.Scheduled(),
                sent.items().plan(),
                lifetime,
                begun.items(lifetime),
                null,
                null,
                sent.metadata(),
                change.at());
    }

    private void write(Subscription scheduled) {
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
