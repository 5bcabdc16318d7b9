package dev.valora.bench.year.oracle;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * What rules an organization.
 *
 * @param exponent of its currency
 * @param maxEventAgeDays of the server
 * @param policies in the order of time; the first was always there
 */
public record Terms(ZoneId zone, int exponent, int maxEventAgeDays, List<Policy> policies) {

    /** Keeps copies. */
    public Terms {
        policies = List.copyOf(policies);
    }

    /** What a cycle gets that opens at an instant. */
    Policy policyAt(Instant instant) {
        Policy found = policies.getFirst();
        for (Policy policy : policies) {
            found = policy.from().isAfter(instant) ? found : policy;
        }
        return found;
    }

    LocalDate dayOf(Instant instant) {
        return LocalDate.ofInstant(instant, zone);
    }

    /** The same with one policy more. */
    public Terms with(Policy policy) {
        List<Policy> all = new ArrayList<>(policies);
        all.add(policy);
        return new Terms(zone, exponent, maxEventAgeDays, all);
    }
}
