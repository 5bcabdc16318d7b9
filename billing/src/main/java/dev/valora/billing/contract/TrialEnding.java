package dev.valora.billing.contract;

import dev.valora.billing.contract.SubscriptionEdit.Outcome;
import dev.valora.billing.contract.TransitionStore.Transition;
import dev.valora.billing.subscription.Arrangements;
import dev.valora.billing.subscription.ItemChange;
import dev.valora.billing.subscription.Lifetime;
import dev.valora.billing.subscription.OpenedCycle;
import dev.valora.billing.subscription.SubscriptionStatus;
import dev.valora.ingest.ProblemException;
import java.util.List;
import java.util.Optional;

/** Ends a trial before its time: today is the first day that costs. */
final class TrialEnding {

    private TrialEnding() {}

    /** @throws ProblemException 409 when no trial runs */
    static Subscription run(SubscriptionEdit edit) {
        Subscription before = edit.before();
        boolean runs = before.status() instanceof SubscriptionStatus.Trialing
                && before.lifetime().isInTrial(edit.today());
        if (!runs) {
            throw edit.illegal("end a trial");
        }
        Transition transition = edit.to(new SubscriptionStatus.Active(), "trial ended before its time", edit.today());
        Lifetime lifetime = before.lifetime().withTrialUntil(edit.today());
        ItemChange items = ItemChange.between(before.items(), arranged(edit).items(lifetime));
        Subscription after = before.with(before.plan(), lifetime, items.applyTo(before.items()));
        if (lifetime.trialEnd() == null) {
            open(edit, after);
        }
        return edit.write(new Outcome(after, items, Optional.of(transition), "subscription.trial_ended"));
    }

    /** Other periods begin, and what was to be charged after one of them, or with one, is with others. */
    private static Arrangements arranged(SubscriptionEdit edit) {
        return Arrangements.of(ArrangementStore.load(
                edit.change().transaction(), edit.change().author().organization(), edit.before()));
    }

    /** There was no day of trial, so what is charged in advance is due as if there never had been one. */
    private static void open(SubscriptionEdit edit, Subscription after) {
        if (after.billsInAdvance(SubscriptionEdit.prices(edit.change(), after))) {
            CycleStore.insert(
                    edit.change().transaction(),
                    edit.change().author().organization(),
                    List.of(new OpenedCycle(
                            after.id(),
                            after.opening(edit.policy()).opening(edit.change().at()))));
        }
    }
}
