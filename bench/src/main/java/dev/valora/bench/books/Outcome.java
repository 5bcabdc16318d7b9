package dev.valora.bench.books;

/** What the client knows of one sending of an event. */
public enum Outcome {

    /** Accepted or duplicate: it must be counted, once. */
    ACKNOWLEDGED,

    /** A 4xx for it, or a failure listed for it: this sending must not be counted. */
    REFUSED,

    /** 429, 503 or 507: nothing of the request was accepted. */
    UNAVAILABLE,

    /** No answer, or one that says nothing of the event: it may be counted or not. */
    UNKNOWN
}
