package dev.valora.billing.cycles;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.contract.CycleStore;
import dev.valora.billing.contract.CycleStore.DueCycles;
import dev.valora.billing.contract.CycleStore.Opened;
import dev.valora.billing.contract.Subscription;
import dev.valora.billing.contract.SubscriptionStore;
import dev.valora.billing.contract.TransitionStore;
import dev.valora.billing.contract.TransitionStore.Transition;
import dev.valora.billing.invoice.InvoiceContent;
import dev.valora.billing.subscription.Cycle;
import dev.valora.billing.subscription.SubscriptionStatus;
import dev.valora.billing.subscription.SubscriptionStatus.Step;
import dev.valora.ingest.Json;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Ends periods at their boundary: the cycle awaits its cut, and the next one opens unless the subscription ends there. */
public final class RollJob implements Job {

    /**
     * What the end of a cycle comes to.
     *
     * @param next null when the subscription ends
     * @param transition null when the status stays
     */
    private record Rolled(
            Subscription subscription,
            Opened ended,
            @Nullable Opened next,
            @Nullable Transition transition) {}

    @Override
    public void run(Batch batch) {
        List<Opened> ended = CycleStore.ended(
                batch.change().transaction(),
                batch.organizationId(),
                new DueCycles(batch.due().at(), batch.now(), batch.limit()));
        List<UUID> ids = ended.stream().map(Opened::subscription).toList();
        batch.claim(ids);
        Map<UUID, Subscription> subscriptions =
                SubscriptionStore.load(batch.change().transaction(), batch.organizationId(), ids).stream()
                        .collect(Collectors.toMap(Subscription::id, Function.identity()));
        List<Rolled> rolled = new ArrayList<>();
        for (Opened cycle : ended) {
            try {
                rolled.add(rolled(batch, cycle, subscriptions.get(cycle.subscription())));
            } catch (RuntimeException failed) {
                batch.refuse(cycle.subscription(), failed);
            }
        }
        write(batch, rolled);
        batch.processed("cycles", rolled.size());
    }

    private static Rolled rolled(Batch batch, Opened ended, @Nullable Subscription subscription) {
        if (subscription == null) {
            throw new IllegalStateException("the subscription of cycle " + ended.id() + " is missing");
        }
        LocalDate end = ended.cycle().period().end();
        boolean ends = subscription.endsBy(end);
        Opened next = ends
                ? null
                : new Opened(
                        subscription.id(),
                        subscription.opening(batch.organization()).after(ended.cycle()));
        return new Rolled(
                subscription, ended, next, transition(subscription, end, ends).orElse(null));
    }

    private static Optional<Transition> transition(Subscription subscription, LocalDate end, boolean ends) {
        boolean trialEnds = subscription.status() instanceof SubscriptionStatus.Trialing
                && !subscription.lifetime().isInTrial(end);
        if (!ends && !trialEnds) {
            return Optional.empty();
        }
        SubscriptionStatus to = ends ? new SubscriptionStatus.Canceled() : new SubscriptionStatus.Active();
        return switch (subscription.status().to(to)) {
            case Step.Taken taken ->
                Optional.of(new Transition(
                        subscription.id(),
                        taken.from(),
                        taken.to(),
                        ends ? "canceled at the end of its period" : "trial ended",
                        end));
            case Step.Refused refused ->
                throw new IllegalStateException(
                        "a subscription that is " + refused.from().wireName() + " cannot become "
                                + refused.to().wireName());
        };
    }

    private static void write(Batch batch, List<Rolled> rolled) {
        if (rolled.isEmpty()) {
            return;
        }
        List<Opened> next = new ArrayList<>();
        List<Transition> transitions = new ArrayList<>();
        for (Rolled one : rolled) {
            if (one.next() != null) {
                next.add(one.next());
            }
            if (one.transition() != null) {
                transitions.add(one.transition());
            }
            batch.change()
                    .append(
                            one.next() == null ? "subscription.canceled" : "subscription.renewed",
                            one.subscription().target(),
                            state(one.subscription().status(), one.ended().cycle()),
                            after(one));
        }
        CycleStore.move(batch.change(), rolled.stream().map(Rolled::ended).toList(), Cycle.State.AWAITING_CUT, null);
        CycleStore.insert(batch.change().transaction(), batch.organizationId(), next);
        TransitionStore.write(batch.change(), transitions);
    }

    private static ObjectNode after(Rolled rolled) {
        Transition transition = rolled.transition();
        SubscriptionStatus status = transition == null ? rolled.subscription().status() : transition.to();
        Opened next = rolled.next();
        return next == null ? Json.object().put("status", status.wireName()) : state(status, next.cycle());
    }

    private static ObjectNode state(SubscriptionStatus status, Cycle cycle) {
        DateRange period = cycle.period();
        return Json.object()
                .put("status", status.wireName())
                .put("cycle", cycle.number())
                .set("period", InvoiceContent.rangeJson(period));
    }
}
