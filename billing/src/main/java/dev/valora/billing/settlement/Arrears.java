package dev.valora.billing.settlement;

import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.contract.Subscription;
import dev.valora.billing.contract.SubscriptionStore;
import dev.valora.billing.contract.TransitionStore;
import dev.valora.billing.invoices.InvoiceStanding;
import dev.valora.billing.subscription.SubscriptionStatus;
import dev.valora.ingest.Json;
import dev.valora.ingest.Organization;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;

/** The way back from {@code past_due}. */
final class Arrears {

    private Arrears() {}

    /** Makes the invoice's subscription active again once none of its invoices is overdue. */
    static void forgive(AuditTrail.Change change, Organization organization, InvoiceStanding settled) {
        UUID id = settled.subscription();
        Subscription subscription = SubscriptionStore.load(change.transaction(), organization.id(), List.of(id))
                .getFirst();
        LocalDate today = LocalDate.ofInstant(change.at(), organization.zone());
        boolean isBehind = subscription.status() instanceof SubscriptionStatus.PastDue;
        if (!isBehind || InvoiceStanding.hasOverdue(change.transaction(), organization.id(), id, today)) {
            return;
        }
        SubscriptionStatus active = new SubscriptionStatus.Active();
        TransitionStore.write(
                change, List.of(subscription.transition(active, "no invoice is overdue any more", today)));
        change.append(
                "subscription.settled",
                subscription.target(),
                Json.object().put("status", subscription.status().wireName()),
                Json.object().put("status", active.wireName()));
    }
}
