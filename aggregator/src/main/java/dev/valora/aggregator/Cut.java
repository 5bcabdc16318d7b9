package dev.valora.aggregator;

import java.time.Instant;

/**
 * What usage a reading takes: event times in {@code [from, to)}, as far as it was accepted before an instant. Once the
 * watermark has passed {@code acceptedBefore}, the same cut reads the same for ever.
 *
 * @param from inclusive; a window start of the organization
 * @param to exclusive, not before {@code from}; a window start of the organization
 * @param acceptedBefore exclusive; a whole UTC hour
 */
public record Cut(Instant from, Instant to, Instant acceptedBefore) {

    /** Later than any accepted time: takes whatever is applied when the reading is made. */
    public static final Instant WHATEVER_IS_APPLIED = Instant.parse("9999-12-31T00:00:00Z");

    public Cut {
        if (to.isBefore(from)) {
            throw new IllegalArgumentException("a cut ends before it starts: [" + from + ", " + to + ")");
        }
        if (!Windows.isWholeHour(acceptedBefore)) {
            throw new IllegalArgumentException("acceptedBefore must be a whole UTC hour, not " + acceptedBefore);
        }
        if (!Windows.isStart(from, 15) || !Windows.isStart(to, 15)) {
            throw new IllegalArgumentException("a cut must not split windows: [" + from + ", " + to + ")");
        }
    }

    /** The cut that takes everything applied so far; it may read differently a moment later. */
    public static Cut applied(Instant from, Instant to) {
        return new Cut(from, to, WHATEVER_IS_APPLIED);
    }
}
