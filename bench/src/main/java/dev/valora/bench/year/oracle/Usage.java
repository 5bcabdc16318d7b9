package dev.valora.bench.year.oracle;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A usage event that was acknowledged.
 *
 * @param at event time
 * @param accepted when the server took it
 * @param voided when the server took it back; null if it never did
 */
public record Usage(
        String key,
        String customer,
        String meter,
        BigDecimal value,
        Instant at,
        Map<String, String> properties,
        Instant accepted,
        @Nullable Instant voided) {

    /** Keeps copies. */
    public Usage {
        properties = Map.copyOf(properties);
    }

    /** Whether a cut sees it: accepted before it, and not voided before it. */
    boolean countsAt(Instant acceptedBefore) {
        return accepted.isBefore(acceptedBefore) && (voided == null || !voided.isBefore(acceptedBefore));
    }

    /** Whether it was accepted or voided from one cut to before another. */
    boolean isChangedBetween(Instant from, Instant to) {
        return isBetween(accepted, from, to) || (voided != null && isBetween(voided, from, to));
    }

    private static boolean isBetween(Instant instant, Instant from, Instant to) {
        return !instant.isBefore(from) && instant.isBefore(to);
    }

    boolean passes(Map<String, String> filter) {
        return filter.entrySet().stream().allMatch(wanted -> wanted.getValue().equals(properties.get(wanted.getKey())));
    }

    /** The same, voided. */
    public Usage voidedAt(Instant when) {
        return new Usage(key, customer, meter, value, at, properties, accepted, when);
    }
}
