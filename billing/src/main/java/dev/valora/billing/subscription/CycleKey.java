package dev.valora.billing.subscription;

import java.util.Collection;
import java.util.UUID;

/**
 * One cycle of one subscription.
 *
 * @param number from 1; 0 for the opening
 */
public record CycleKey(UUID subscription, int number) {

    /** Whose they are, as an array parameter. */
    public static UUID[] subscriptions(Collection<CycleKey> keys) {
        return keys.stream().map(CycleKey::subscription).toArray(UUID[]::new);
    }

    /** Which they are, in the same order. */
    public static Integer[] numbers(Collection<CycleKey> keys) {
        return keys.stream().map(CycleKey::number).toArray(Integer[]::new);
    }

    /** The cycle that follows, or that would. */
    public CycleKey next() {
        return new CycleKey(subscription, number + 1);
    }

    /** The cycle before; the opening has none. */
    public CycleKey previous() {
        return new CycleKey(subscription, number - 1);
    }
}
