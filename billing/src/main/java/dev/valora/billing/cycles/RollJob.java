package dev.valora.billing.cycles;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.contract.CycleReader;
import dev.valora.billing.contract.CycleReader.DueCycles;
import dev.valora.billing.contract.CycleStore;
import dev.valora.billing.contract.Subscription;
import dev.valora.billing.contract.SubscriptionStore;
import dev.valora.billing.contract.TransitionStore;
import dev.valora.billing.contract.TransitionStore.Transition;
import dev.valora.billing.invoice.InvoiceContent;
import dev.valora.billing.subscription.Cycle;
import dev.valora.billing.subscription.OpenedCycle;
import dev.valora.billing.subscription.SubscriptionStatus;
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

/**
 * Ends periods at their boundary: the cycle awaits its cut, and the next one opens. Behind the end of a subscription that is
 * one of its tail, until nothing can be late any more.
 */
public final class RollJob implements Job {

    /**
     * What the end of a cycle comes to.
     *
     * @param next null when nothing can be late any more
     * @param transition null when the status stays
     */
    private record Rolled(
            Subscription subscription,
            OpenedCycle ended,
            @Nullable OpenedCycle next,
            @Nullable Transition transition) {}

    @Override
    public void run(Batch batch) {
        List<OpenedCycle> ended = CycleReader.ended(
                batch.change().transaction(),
                batch.organizationId(),
                new DueCycles(batch.due().at(), batch.now(), batch.limit()));
        List<UUID> ids = ended.stream().map(OpenedCycle::subscription).toList();
        batch.claim(ids);
        Map<UUID, Subscription> subscriptions =
                SubscriptionStore.load(batch.change().transaction(), batch.organizationId(), ids).stream()
                        .collect(Collectors.toMap(Subscription::id, Function.identity()));
        List<Rolled> rolled = new ArrayList<>();
        for (OpenedCycle cycle : ended) {
            try {
                rolled.add(rolled(batch, cycle, subscriptions.get(cycle.subscription())));
            } catch (RuntimeException failed) {
                batch.refuse(cycle.subscription(), failed);
            }
        }
        write(batch, rolled);
        batch.processed("cycles", rolled.size());
    }

    private static Rolled rolled(Batch batch, OpenedCycle ended, @Nullable Subscription subscription) {
        if (subscription == null) {
            throw new IllegalStateException("the subscription of cycle " + ended.key() + " is missing");
        }
        LocalDate end = ended.cycle().period().end();
        OpenedCycle next = subscription
                .opening(batch.policy())
                .after(ended.cycle())
                .map(cycle -> new OpenedCycle(subscription.id(), cycle))
                .orElse(null);
        return new Rolled(
                subscription, ended, next, transition(subscription, end).orElse(null));
    }

    private static Optional<Transition> transition(Subscription subscription, LocalDate end) {
        SubscriptionStatus canceled = new SubscriptionStatus.Canceled();
        if (subscription.lifetime().isOver(end)) {
            return subscription.status().equals(canceled)
                    ? Optional.empty()
                    : Optional.of(subscription.transition(canceled, reason(subscription, end), end));
        }
        boolean trialEnds = subscription.status() instanceof SubscriptionStatus.Trialing
                && !subscription.lifetime().isInTrial(end);
        return trialEnds
                ? Optional.of(subscription.transition(new SubscriptionStatus.Active(), "trial ended", end))
                : Optional.empty();
    }

    private static String reason(Subscription subscription, LocalDate end) {
        return subscription
                        .lifetime()
                        .endingOn(null)
                        .periodContaining(end)
                        .start()
                        .equals(end)
                ? "canceled at the end of its period"
                : "canceled for a day that was named";
    }

    private static void write(Batch batch, List<Rolled> rolled) {
        if (rolled.isEmpty()) {
            return;
        }
        List<OpenedCycle> next = new ArrayList<>();
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
                            action(one),
                            one.subscription().target(),
                            state(one.subscription().status(), one.ended().cycle()),
                            after(one));
        }
        CycleStore.move(batch.change(), rolled.stream().map(Rolled::ended).toList(), Cycle.State.AWAITING_CUT, null);
        CycleStore.insert(batch.change().transaction(), batch.organizationId(), next);
        TransitionStore.write(batch.change(), transitions);
    }

    private static String action(Rolled rolled) {
        Transition transition = rolled.transition();
        if (transition != null && transition.to() instanceof SubscriptionStatus.Canceled) {
            return "subscription.canceled";
        }
        return rolled.subscription()
                        .lifetime()
                        .isOver(rolled.ended().cycle().period().end())
                ? "subscription.tail_rolled"
                : "subscription.renewed";
    }

    private static ObjectNode after(Rolled rolled) {
        Transition transition = rolled.transition();
        SubscriptionStatus status = transition == null ? rolled.subscription().status() : transition.to();
        OpenedCycle next = rolled.next();
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
