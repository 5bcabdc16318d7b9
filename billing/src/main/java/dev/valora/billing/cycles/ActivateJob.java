package dev.valora.billing.cycles;

import dev.valora.billing.contract.ActivationStore;
import dev.valora.billing.contract.ActivationStore.Started;
import dev.valora.billing.contract.Subscription;
import dev.valora.billing.contract.SubscriptionStore;
import dev.valora.billing.offering.OfferedPrice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Begins subscriptions on their first day: their status, their first cycle, and an opening if they bill in advance. */
public final class ActivateJob implements Job {

    @Override
    public void run(Batch batch) {
        List<Subscription> subscriptions = SubscriptionStore.toStart(
                batch.change().transaction(),
                batch.organizationId(),
                new SubscriptionStore.DueStarts(batch.due().at(), batch.now(), batch.limit()));
        batch.claim(subscriptions.stream().map(Subscription::id).toList());
        Map<String, OfferedPrice> prices =
                SubscriptionStore.pricesOf(batch.change().transaction(), batch.organizationId(), subscriptions);
        List<Started> started = new ArrayList<>();
        for (Subscription subscription : subscriptions) {
            try {
                started.add(Started.of(subscription, batch.policy(), prices));
            } catch (RuntimeException failed) {
                batch.refuse(subscription.id(), failed);
            }
        }
        if (!started.isEmpty()) {
            ActivationStore.write(batch.change(), started);
        }
        batch.processed("subscriptions", started.size());
    }
}
