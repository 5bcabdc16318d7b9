package dev.valora.billing.subscription;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * What becomes of a scheduled subscription on its first day.
 *
 * @param status trialing or active
 * @param effectiveDate the first day
 * @param cycles to write, in the order of their numbers: the opening, if it bills anything, and the first
 */
public record Activation(SubscriptionStatus status, LocalDate effectiveDate, List<Cycle> cycles) {

    public Activation {
        cycles = List.copyOf(cycles);
    }

    /**
     * The activation of a subscription, the same whenever it is computed.
     *
     * @param billsInAdvance whether any of its items is charged before its period
     */
    public static Activation of(CycleOpening opening, boolean billsInAdvance) {
        Lifetime lifetime = opening.lifetime();
        boolean trial = lifetime.isInTrial(lifetime.start());
        List<Cycle> cycles = new ArrayList<>();
        if (billsInAdvance && !trial) {
            cycles.add(opening.opening(opening.createdAt()));
        }
        cycles.add(opening.first());
        return new Activation(
                trial ? new SubscriptionStatus.Trialing() : new SubscriptionStatus.Active(), lifetime.start(), cycles);
    }
}
