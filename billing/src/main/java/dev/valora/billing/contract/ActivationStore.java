package dev.valora.billing.contract;

import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.contract.CycleStore.Opened;
import dev.valora.billing.contract.TransitionStore.Transition;
import dev.valora.billing.subscription.Activation;
import dev.valora.billing.subscription.SubscriptionStatus;
import dev.valora.billing.subscription.SubscriptionStatus.Step;
import dev.valora.ingest.Json;
import dev.valora.ingest.OrganizationId;

/** Writes what activations come to. */
public final class ActivationStore {

    private ActivationStore() {}

    /**
     * Writes the status, its transition and the first cycles of a scheduled subscription, and tells the audit trail.
     *
     * @throws IllegalStateException when the subscription is not scheduled any more
     */
    public static void write(AuditTrail.Change change, Subscription subscription, Activation activation) {
        OrganizationId organization = change.author().organization();
        SubscriptionStatus from = subscription.status();
        switch (from.to(activation.status())) {
            case Step.Taken taken -> {
                SubscriptionStore.updateStatus(change.transaction(), organization, subscription.id(), taken.to());
                TransitionStore.insert(
                        change,
                        subscription.id(),
                        new Transition(from, taken.to(), "started", activation.effectiveDate()));
                CycleStore.insert(
                        change.transaction(),
                        organization,
                        activation.cycles().stream()
                                .map(cycle -> new Opened(subscription.id(), cycle))
                                .toList());
                change.append(
                        "subscription.started",
                        subscription.target(),
                        Json.object().put("status", from.wireName()),
                        Json.object().put("status", taken.to().wireName()));
            }
            case Step.Refused refused ->
                throw new IllegalStateException(
                        "a subscription that is " + refused.from().wireName() + " cannot start: " + subscription.id());
        }
    }
}
