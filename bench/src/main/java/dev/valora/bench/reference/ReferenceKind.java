package dev.valora.bench.reference;

/** What a reference server does with a body. */
public enum ReferenceKind {

    /** (b): reads it and throws it away. */
    THROW_AWAY {
        @Override
        BodySink sink() {
            return new ThrowAway();
        }
    },

    /** (p): parses it with Jackson's streaming parser and throws the events away. */
    PARSE_ONLY {
        @Override
        BodySink sink() {
            return new ParseOnly();
        }
    };

    /** A new one for one event loop. */
    abstract BodySink sink();
}
