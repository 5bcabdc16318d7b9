package dev.valora.aggregator.fold;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A sum or a maximum of decimals, exact. A long with a scale as long as everything fits, a {@link BigDecimal} from the first
 * value on that does not. One thread.
 */
final class ExactTotal {

    private static final long[] POWERS_OF_TEN = {
        1L,
        10L,
        100L,
        1_000L,
        10_000L,
        100_000L,
        1_000_000L,
        10_000_000L,
        100_000_000L,
        1_000_000_000L,
        10_000_000_000L,
        100_000_000_000L,
        1_000_000_000_000L
    };

    private long unscaled;
    private int scale;
    private @Nullable BigDecimal wide;

    /** Adds {@code unscaled × 10^-scale}, scale 0 to 12. */
    void add(long addedUnscaled, int addedScale) {
        if (wide == null && align(addedScale) && fits(addedUnscaled, scale - addedScale)) {
            long added = addedUnscaled * POWERS_OF_TEN[scale - addedScale];
            long sum = unscaled + added;
            if (!overflows(unscaled, added, sum)) {
                unscaled = sum;
                return;
            }
        }
        add(BigDecimal.valueOf(addedUnscaled, addedScale));
    }

    /** Adds a decimal that does not fit into a long. */
    void add(BigDecimal added) {
        wide = value().add(added);
    }

    /** Replaces the total. */
    void set(long newUnscaled, int newScale) {
        unscaled = newUnscaled;
        scale = newScale;
        wide = null;
    }

    /** Replaces the total by a decimal that does not fit into a long. */
    void set(BigDecimal value) {
        wide = value;
    }

    /** Whether {@code unscaled × 10^-scale}, scale 0 to 12, is greater than the total. */
    boolean isExceededBy(long otherUnscaled, int otherScale) {
        if (wide == null) {
            if (otherScale == scale) {
                return otherUnscaled > unscaled;
            }
            if (otherScale < scale && fits(otherUnscaled, scale - otherScale)) {
                return otherUnscaled * POWERS_OF_TEN[scale - otherScale] > unscaled;
            }
        }
        return isExceededBy(BigDecimal.valueOf(otherUnscaled, otherScale));
    }

    /** Whether a decimal is greater than the total. */
    boolean isExceededBy(BigDecimal other) {
        return other.compareTo(value()) > 0;
    }

    BigDecimal value() {
        return wide == null ? BigDecimal.valueOf(unscaled, scale) : wide;
    }

    /** Brings the long to a scale of at least this; false when it would not fit any more. */
    private boolean align(int atLeast) {
        if (atLeast <= scale) {
            return true;
        }
        if (!fits(unscaled, atLeast - scale)) {
            return false;
        }
        unscaled *= POWERS_OF_TEN[atLeast - scale];
        scale = atLeast;
        return true;
    }

    /** Whether the number times a power of ten is a long. */
    private static boolean fits(long number, int power) {
        long factor = POWERS_OF_TEN[power];
        return Math.multiplyHigh(number, factor) == (number * factor) >> (Long.SIZE - 1);
    }

    private static boolean overflows(long left, long right, long sum) {
        return ((left ^ sum) & (right ^ sum)) < 0;
    }
}
