package dev.valora.billing.contract;

import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.contract.TransitionStore.Transition;
import dev.valora.billing.offering.OfferedPrice;
import dev.valora.billing.subscription.Activation;
import dev.valora.billing.subscription.CyclePolicy;
import dev.valora.billing.subscription.OpenedCycle;
import dev.valora.ingest.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes what activations come to. */
public final class ActivationStore {

    private ActivationStore() {}

    /** A scheduled subscription and what becomes of it. */
    public record Started(Subscription subscription, Activation activation, Transition transition) {

        /**
         * Computes what becomes of a subscription on its first day.
         *
         * @param prices of all its items, by code
         * @throws IllegalStateException when it is not scheduled any more
         */
        public static Started of(Subscription subscription, CyclePolicy policy, Map<String, OfferedPrice> prices) {
            Activation activation = Activation.of(subscription.opening(policy), subscription.billsInAdvance(prices));
            return new Started(
                    subscription,
                    activation,
                    subscription.transition(activation.status(), "started", activation.effectiveDate()));
        }
    }

    /** Writes statuses, transitions and first cycles of subscriptions of one organization, and tells the audit trail. */
    public static void write(AuditTrail.Change change, List<Started> started) {
        TransitionStore.write(change, started.stream().map(Started::transition).toList());
        List<OpenedCycle> cycles = new ArrayList<>();
        for (Started one : started) {
            one.activation()
                    .cycles()
                    .forEach(cycle ->
                            cycles.add(new OpenedCycle(one.subscription().id(), cycle)));
            change.append(
                    "subscription.started",
                    one.subscription().target(),
                    Json.object().put("status", one.subscription().status().wireName()),
                    Json.object().put("status", one.activation().status().wireName()));
        }
        CycleStore.insert(change.transaction(), change.author().organization(), cycles);
    }
}
