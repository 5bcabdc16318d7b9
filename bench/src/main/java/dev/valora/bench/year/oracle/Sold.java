package dev.valora.bench.year.oracle;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A subscription as it was asked for, and all that was asked of it afterwards.
 *
 * @param created when the server took it
 * @param trialDays 0 without a trial
 * @param anchorDay null without one
 * @param acts in the order in which the server took them
 */
public record Sold(
        String customer,
        Instant created,
        LocalDate start,
        int trialDays,
        @Nullable Integer anchorDay,
        List<Wanted> items,
        List<Act> acts) {

    /** Keeps copies. */
    public Sold {
        items = List.copyOf(items);
        acts = List.copyOf(acts);
    }
}
