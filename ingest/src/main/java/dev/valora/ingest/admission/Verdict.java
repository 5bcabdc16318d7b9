package dev.valora.ingest.admission;

/** The fate of one event. The names on the wire are fixed by the HTTP contract. */
public enum Verdict {
    ACCEPTED,
    /** Same key, same content: counts as success. */
    DUPLICATE,
    /** Same key, other content: never counted, always told. */
    CONFLICT,
    UNKNOWN_METER,
    ARCHIVED_METER,
    VALUE_REQUIRED,
    INVALID_VALUE,
    TIMESTAMP_TOO_OLD,
    TIMESTAMP_TOO_FAR_IN_FUTURE;

    /** Whether the sender may consider the event counted. */
    public boolean isSuccess() {
        return this == ACCEPTED || this == DUPLICATE;
    }
}
