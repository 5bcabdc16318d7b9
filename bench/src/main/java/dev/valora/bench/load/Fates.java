package dev.valora.bench.load;

/**
 * What became of events, summed from the answers.
 *
 * @param requests answered or given up
 * @param accepted counted by the server, as it says
 * @param duplicates known to the server before
 * @param conflicts the same key with other content
 * @param rejected refused one by one
 * @param refused in requests that were refused as a whole (a 4xx that tells no fates)
 * @param unavailable in requests answered 429, 503 or 507
 * @param unknown in requests without an answer, or with one that does not add up
 */
public record Fates(
        long requests,
        long accepted,
        long duplicates,
        long conflicts,
        long rejected,
        long refused,
        long unavailable,
        long unknown) {

    /** Nothing sent. */
    public static final Fates NONE = new Fates(0, 0, 0, 0, 0, 0, 0, 0);

    /** One request whose events all share a fate that no answer tells apart. */
    static Fates unknown(int events) {
        return new Fates(1, 0, 0, 0, 0, 0, 0, events);
    }

    /** Events the server promised to have: accepted now or before. */
    public long acknowledged() {
        return accepted + duplicates;
    }

    /** All events. */
    public long events() {
        return accepted + duplicates + conflicts + rejected + refused + unavailable + unknown;
    }

    /** The sums of both. */
    public Fates plus(Fates other) {
        return new Fates(
                requests + other.requests,
                accepted + other.accepted,
                duplicates + other.duplicates,
                conflicts + other.conflicts,
                rejected + other.rejected,
                refused + other.refused,
                unavailable + other.unavailable,
                unknown + other.unknown);
    }
}
