package dev.valora.billing.subscription;

import java.util.UUID;

/**
 * One cycle of one subscription.
 *
 * @param number from 1; 0 for the opening
 */
public record CycleKey(UUID subscription, int number) {

    /** The cycle that follows, or that would. */
    public CycleKey next() {
        return new CycleKey(subscription, number + 1);
    }

    /** The cycle before; the opening has none. */
    public CycleKey previous() {
        return new CycleKey(subscription, number - 1);
    }
}
