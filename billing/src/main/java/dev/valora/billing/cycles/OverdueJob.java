package dev.valora.billing.cycles;

import dev.valora.billing.contract.Subscription;
import dev.valora.billing.contract.SubscriptionStore;
import dev.valora.billing.contract.TransitionStore;
import dev.valora.billing.invoices.OverdueStore;
import dev.valora.billing.invoices.OverdueStore.Overdue;
import dev.valora.billing.subscription.SubscriptionStatus;
import dev.valora.ingest.Json;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** Makes subscriptions past due on the day after an unpaid invoice was due; those that are not active stay as they are. */
public final class OverdueJob implements Job {

    @Override
    public void run(Batch batch) {
        List<Overdue> overdue = OverdueStore.at(
                batch.change().transaction(),
                batch.organizationId(),
                batch.due().at(),
                batch.now(),
                batch.limit());
        Map<UUID, Overdue> bySubscription = new LinkedHashMap<>();
        overdue.forEach(one -> bySubscription.putIfAbsent(one.subscription(), one));
        batch.claim(bySubscription.keySet());
        if (overdue.isEmpty()) {
            return;
        }
        LocalDate day =
                LocalDate.ofInstant(batch.due().at(), batch.organization().zone());
        List<Subscription> behind =
                SubscriptionStore.load(batch.change().transaction(), batch.organizationId(), bySubscription.keySet())
                        .stream()
                        .filter(subscription -> subscription.status() instanceof SubscriptionStatus.Active)
                        .toList();
        SubscriptionStatus pastDue = new SubscriptionStatus.PastDue();
        TransitionStore.write(
                batch.change(),
                behind.stream()
                        .map(subscription ->
                                subscription.transition(pastDue, reason(subscription, bySubscription), day))
                        .toList());
        behind.forEach(subscription -> batch.change()
                .append(
                        "subscription.past_due",
                        subscription.target(),
                        Json.object().put("status", subscription.status().wireName()),
                        Json.object()
                                .put("status", pastDue.wireName())
                                .put("reason", reason(subscription, bySubscription))));
        OverdueStore.noticed(batch.change(), overdue);
        batch.processed("invoices", overdue.size());
    }

    private static String reason(Subscription subscription, Map<UUID, Overdue> overdue) {
        Overdue first = Objects.requireNonNull(overdue.get(subscription.id()));
        return "invoice " + first.number() + " is unpaid after its due date";
    }
}
