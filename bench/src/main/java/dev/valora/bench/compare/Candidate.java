package dev.valora.bench.compare;

/** A server in the comparison. */
enum Candidate {
    /** Valora's distribution: parsed, deduplicated, forced, acknowledged, with the aggregator running. */
    VALORA("Valora"),
    /** The same HTTP server, throwing the bodies away. */
    THROW_AWAY("(b) throw away"),
    /** The same HTTP server, parsing and throwing the events away. */
    PARSE_ONLY("(p) parse only");

    private final String title;

    Candidate(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }
}
