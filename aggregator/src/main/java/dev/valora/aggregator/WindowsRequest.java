package dev.valora.aggregator;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A page of windows.
 *
 * @param boundaries ascending, from the start to the end of the selection's cut; each pair of neighbours is one window, all of
 *     them window starts of the organization
 * @param namedCustomersAlways whether a named customer without usage has a row of 0 all the same; only for one window and
 *     no groups
 * @param after the last window of the page before; null for the first page
 * @param limit rows of the page, at least 1
 */
public record WindowsRequest(
        UsageSelection selection,
        List<Instant> boundaries,
        boolean namedCustomersAlways,
        @Nullable Key after,
        int limit) {

    /** Windows that one reading may tell apart: more than a year of hours. */
    public static final int WINDOWS_MAX = 10_000;

    /** The place of a row in the order of rows: by customer, then start, then group. */
    public record Key(String customer, Instant start, List<Optional<String>> dimensions) {
        public Key {
            dimensions = List.copyOf(dimensions);
        }

        /** The place of this row. */
        public static Key of(UsageWindow window) {
            return new Key(
                    window.totals().customer(), window.start(), window.totals().dimensions());
        }
    }

    public WindowsRequest {
        boundaries = List.copyOf(boundaries);
        if (boundaries.size() < 2 || boundaries.size() > WINDOWS_MAX + 1) {
            throw new IllegalArgumentException("1 to " + WINDOWS_MAX + " windows, not " + (boundaries.size() - 1));
        }
        if (!boundaries.getFirst().equals(selection.cut().from())
                || !boundaries.getLast().equals(selection.cut().to())) {
            throw new IllegalArgumentException("the windows must cover the cut exactly");
        }
        if (namedCustomersAlways
                && (boundaries.size() != 2 || !selection.groupBy().isEmpty())) {
            throw new IllegalArgumentException("rows of 0 stand for one window without groups");
        }
        if (limit < 1) {
            throw new IllegalArgumentException("a page has at least 1 row, not " + limit);
        }
    }
}
