package dev.valora.bench.year;

/** What is drawn beside subscriptions and their usage. */
enum Kind {
    /** Other items. */
    CHANGE,
    /** Other items of another interval. */
    INTERVAL,
    /** A plan, bought or changed to. */
    PLAN,
    /** Other items from a day on that licences are not charged by until the period ends. */
    UNPRORATED,
    /** The items before, from the day of a change that was asked for today. */
    UNDO,
    /** An end. */
    CANCEL,
    /** An end on the first day of the running period, among the others. */
    FIRST_DAY,
    /** No end. */
    UNCANCEL,
    /** The end of a trial. */
    END_TRIAL,
    /** An amount. */
    ADJUST,
    /** A payment. */
    PAY,
    /** An invoice taken back. */
    VOID,
    /** An invoice taken back and made anew. */
    REISSUE,
    /** Other grace, net terms and rule for late usage. */
    POLICY,
    /** A version of a price. */
    VERSION,
    /** Another model in a version of a price. */
    MODEL,
    /** An event taken back. */
    VOID_USAGE,
    /** Events that come after their cycle was billed. */
    LATE_USAGE,
    /** Events whose value is below zero. */
    NEGATIVE
}
