package dev.valora.bench.year;

import java.time.LocalDate;
import java.util.Set;

/**
 * What a year consists of.
 *
 * @param seed of all choices
 * @param subscriptions in all, over all organizations
 * @param firstDay in UTC
 * @param days how many days are turned
 * @param kills how often the server is killed
 * @param kinds what is asked of subscriptions and done to usage
 */
record YearPlan(long seed, int subscriptions, LocalDate firstDay, int days, int kills, Set<Kind> kinds) {

    static final int SUBSCRIPTIONS_MAX = 5_000;
    static final int DAYS_MAX = 1_000;
    static final int KILLS_MAX = 1_000;

    /** Checks the ranges. */
    YearPlan {
        if (subscriptions < 1 || subscriptions > SUBSCRIPTIONS_MAX) {
            throw new IllegalArgumentException("subscriptions must be 1 to " + SUBSCRIPTIONS_MAX);
        }
        if (days < 1 || days > DAYS_MAX || kills < 0 || kills > KILLS_MAX) {
            throw new IllegalArgumentException("days must be 1 to " + DAYS_MAX + ", kills 0 to " + KILLS_MAX);
        }
        kinds = Set.copyOf(kinds);
    }

    @Override
    public String toString() {
        return "--seed " + seed + " --subscriptions " + subscriptions + " --first-day " + firstDay + " --days " + days
                + " --kills " + kills;
    }
}
