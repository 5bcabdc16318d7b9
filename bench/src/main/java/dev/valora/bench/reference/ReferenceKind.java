package dev.valora.bench.reference;

/** What a reference server does with a body. */
public enum ReferenceKind {

    /** (b): reads it and throws it away. */
    THROW_AWAY,

    /** (p): reads every token with Jackson's streaming parser and makes nothing of it. */
    PARSE_ONLY,

    /** (e): makes an object of each event with Jackson's streaming parser and throws it away. */
    PARSE_EVENTS,

    /** (c): parses it and stores its only event with one {@code INSERT … ON CONFLICT DO NOTHING}, committed before the answer. */
    ONE_INSERT,

    /** (d): parses it and stores all of its events with one multi-row {@code INSERT}, committed before the answer. */
    MULTI_INSERT;

    /** Whether events are stored. */
    public boolean needsDatabase() {
        return switch (this) {
            case THROW_AWAY, PARSE_ONLY, PARSE_EVENTS -> false;
            case ONE_INSERT, MULTI_INSERT -> true;
        };
    }
}
