package dev.valora.billing.contract;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.contract.TransitionStore.Transition;
import dev.valora.billing.offering.OfferedPrice;
import dev.valora.billing.subscription.Cycle;
import dev.valora.billing.subscription.CycleKey;
import dev.valora.billing.subscription.CyclePolicy;
import dev.valora.billing.subscription.ItemChange;
import dev.valora.billing.subscription.OpenedCycle;
import dev.valora.billing.subscription.SubscriptionStatus;
import dev.valora.billing.subscription.SubscriptionStatus.Step;
import dev.valora.ingest.Json;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One subscription that is being changed by a request: how it stood before, and the writing of how it stands afterwards. Valid
 * inside the change; one thread.
 *
 * @param today in the organization's zone
 */
record SubscriptionEdit(AuditTrail.Change change, CyclePolicy policy, LocalDate today, Subscription before) {

    /**
     * What is to be written.
     *
     * @param after with its new plan, lifetime and items
     * @param items what of the items is different
     * @param transition empty when the status stays
     * @param action as the audit trail calls it
     */
    record Outcome(Subscription after, ItemChange items, Optional<Transition> transition, String action) {}

    /**
     * Loads a subscription as it is on this day, whether or not the jobs have come to it yet: one whose first day has come is
     * started, one whose last day is over counts as canceled.
     */
    static SubscriptionEdit of(AuditTrail.Change change, CyclePolicy policy, String id) {
        LocalDate today = LocalDate.ofInstant(change.at(), policy.zone());
        Subscription found = SubscriptionStore.named(change.transaction(), organization(change), id);
        if (found.lifetime().isOver(today)) {
            return new SubscriptionEdit(change, policy, today, found.as(new SubscriptionStatus.Canceled()));
        }
        boolean isDue = found.status() instanceof SubscriptionStatus.Scheduled
                && !found.lifetime().start().isAfter(today);
        return new SubscriptionEdit(change, policy, today, isDue ? started(change, policy, found) : found);
    }

    /**
     * The step to another status.
     *
     * @throws ProblemException 409 naming the statuses that are allowed
     */
    Transition to(SubscriptionStatus wanted, String reason, LocalDate effectiveDate) {
        return switch (before.status().to(wanted)) {
            case Step.Taken taken -> new Transition(before.id(), taken.from(), taken.to(), reason, effectiveDate);
            case Step.Refused refused -> throw illegal("become " + wanted.wireName(), refused.allowed());
        };
    }

    /** A refusal that names what the subscription may become instead. */
    ProblemException illegal(String wanted) {
        return illegal(wanted, before.status().next());
    }

    /** Writes rows, moves the end of the open cycle, and tells the audit trail. */
    Subscription write(Outcome outcome) {
        Subscription after = outcome.after();
        SubscriptionStore.update(change.transaction(), organization(change), after);
        ItemStore.updateDays(
                change.transaction(), organization(change), outcome.items().changed());
        ItemStore.insert(
                change.transaction(),
                organization(change),
                after.id(),
                outcome.items().added());
        reshapeOpenCycle(after);
        outcome.transition().ifPresent(transition -> TransitionStore.write(change, List.of(transition)));
        Subscription written = SubscriptionStore.find(change.transaction(), organization(change), after.id())
                .orElseThrow();
        change.append(outcome.action(), before.target(), before.toJson(), written.toJson());
        return written;
    }

    private void reshapeOpenCycle(Subscription after) {
        Optional<OpenedCycle> open = openCycle();
        if (open.isEmpty()) {
            return;
        }
        Cycle cycle = open.get().cycle();
        Cycle earlier = cycleBefore(open.get().key());
        Instant earliestCut = earlier == null ? Instant.MIN : earlier.acceptedBefore();
        Cycle reshaped = after.opening(policy).reshaped(cycle, change.at(), earliestCut);
        if (!reshaped.equals(cycle)) {
            CycleStore.reshape(change, new OpenedCycle(after.id(), reshaped));
        }
    }

    /** The cycle that runs; empty before the start and after the end. */
    Optional<OpenedCycle> openCycle() {
        return CycleReader.open(change.transaction(), organization(change), before.id());
    }

    /** Whether no invoice is to come that charges a cycle in advance: the one of the cycle before is made, or there is none. */
    boolean isCharged(CycleKey cycle) {
        Cycle earlier = cycleBefore(cycle);
        return earlier == null || earlier.state() == Cycle.State.CLOSED;
    }

    /** Whether there is, or is to be, an item that is charged before its period. */
    boolean billsInAdvance(WantedItems wanted) {
        return before.billsInAdvance(prices(change, before))
                || wanted.prices().values().stream()
                        .anyMatch(price -> price.price().isInAdvance());
    }

    private @Nullable Cycle cycleBefore(CycleKey cycle) {
        CycleKey previous = cycle.previous();
        return CycleReader.load(change.transaction(), organization(change), List.of(previous))
                .get(previous);
    }

    /** The prices of all items, whose versions do not matter. */
    static Map<String, OfferedPrice> prices(AuditTrail.Change change, Subscription subscription) {
        return SubscriptionStore.pricesOf(change.transaction(), organization(change), List.of(subscription));
    }

    private static Subscription started(AuditTrail.Change change, CyclePolicy policy, Subscription scheduled) {
        UUID id = scheduled.id();
        ActivationStore.write(
                change, List.of(ActivationStore.Started.of(scheduled, policy, prices(change, scheduled))));
        return SubscriptionStore.find(change.transaction(), organization(change), id)
                .orElseThrow();
    }

    private static OrganizationId organization(AuditTrail.Change change) {
        return change.author().organization();
    }

    private ProblemException illegal(String wanted, List<SubscriptionStatus> allowed) {
        return refused(
                "illegal_transition",
                "A subscription that is " + before.status().wireName() + " cannot " + wanted + "; it can become "
                        + (allowed.isEmpty() ? "nothing else" : SubscriptionStatus.names(allowed)) + ".",
                allowed);
    }

    /** A conflict with how the subscription stands; {@code current_status} and {@code allowed} tell what is possible. */
    ProblemException refused(String code, String detail, List<SubscriptionStatus> allowed) {
        ObjectNode extensions =
                Json.object().put("current_status", before.status().wireName());
        ArrayNode names = extensions.putArray("allowed");
        allowed.forEach(next -> names.add(next.wireName()));
        return new ProblemException(new Problem(ProblemKind.CONFLICT, code, detail, List.of(), extensions, Map.of()));
    }
}
