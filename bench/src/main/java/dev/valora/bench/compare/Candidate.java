package dev.valora.bench.compare;

import dev.valora.bench.reference.ReferenceKind;
import java.util.Optional;

/** A server in the comparison. */
enum Candidate {
    /** Valora's distribution: parsed, deduplicated, forced, acknowledged, with the aggregator running. */
    VALORA("Valora", Optional.empty()),
    /** The same HTTP server, throwing the bodies away. */
    THROW_AWAY("(b) throw away", Optional.of(ReferenceKind.THROW_AWAY)),
    /** The same HTTP server, reading every token and throwing them away. */
    PARSE_ONLY("(p) parse only", Optional.of(ReferenceKind.PARSE_ONLY)),
    /** The same HTTP server, making an object of each event and throwing it away. */
    PARSE_EVENTS("(e) parse events", Optional.of(ReferenceKind.PARSE_EVENTS)),
    /** The same HTTP server, storing the only event of a request with one INSERT into the same PostgreSQL. */
    ONE_INSERT("(c) one INSERT", Optional.of(ReferenceKind.ONE_INSERT)),
    /** The same HTTP server, storing all events of a request with one INSERT into the same PostgreSQL. */
    MULTI_INSERT("(d) multi-row INSERT", Optional.of(ReferenceKind.MULTI_INSERT));

    private final String title;
    private final Optional<ReferenceKind> kind;

    Candidate(String title, Optional<ReferenceKind> kind) {
        this.title = title;
        this.kind = kind;
    }

    String title() {
        return title;
    }

    /** The reference server that it is; nothing for Valora. */
    Optional<ReferenceKind> kind() {
        return kind;
    }

    /** Whether it takes requests of so many events: one INSERT a request is one event a request. */
    boolean takes(int batch) {
        return this != ONE_INSERT || batch == 1;
    }

    /** The batch size at which another server is compared with it. */
    int comparedAt(int batch) {
        return takes(batch) ? batch : 1;
    }
}
