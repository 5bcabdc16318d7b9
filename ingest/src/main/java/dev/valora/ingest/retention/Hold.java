package dev.valora.ingest.retention;

import java.util.Locale;

/** What may hold a journal file back from its removal. The wire names are those of the metric. */
public enum Hold {
    /** It is not as old as an operator wants files to become. */
    RETENTION,
    /** A database restored from a backup might still need it. */
    RESTORE_HORIZON,
    /** Its events could be sent again and, once it is forgotten, would be counted again. */
    EVENT_AGE,
    /** Not all of it is in the windows that are stored. */
    NOT_APPLIED,
    /** Its usage may belong to a billing cycle that is not closed. */
    OPEN_CYCLE,
    /** A void that a restored database would apply again needs it. */
    VOID,
    /** It cannot be known, since PostgreSQL does not answer. */
    DATABASE_AWAY,
    /** The disk refused; it is tried again. */
    DISK;

    /** The name in metrics. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
