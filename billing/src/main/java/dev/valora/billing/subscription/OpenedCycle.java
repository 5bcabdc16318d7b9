package dev.valora.billing.subscription;

import java.util.UUID;

/** A cycle and whose it is. */
public record OpenedCycle(UUID subscription, Cycle cycle) {

    /** Whose and which it is. */
    public CycleKey key() {
        return new CycleKey(subscription, cycle.number());
    }
}
