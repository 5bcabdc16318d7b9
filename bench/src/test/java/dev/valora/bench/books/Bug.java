package dev.valora.bench.books;

/** What the model can be made to do wrong. Each strikes once, in the middle of the run. */
enum Bug {
    /** An event is acknowledged and not counted. */
    DROP_ONE,
    /** An event is counted twice. */
    DOUBLE_ONE,
    /** A key is forgotten, so that the event counts again when it is sent again. */
    FORGET_A_KEY,
    /** The answer is sent before the events are stored, and the crash takes them. */
    ACKNOWLEDGE_BEFORE_STORE,
    /** The key is claimed, then event and answer are lost: the retry is a duplicate of nothing. */
    CLAIM_BEFORE_STORE,
    /** Everything between two flushes of the windows is lost. */
    DROP_ONE_FLUSH,
    /** Everything between two flushes is written twice. */
    DOUBLE_ONE_FLUSH,
    /** An event lands in the hour after its own. */
    WRONG_WINDOW,
    /** An event lands on another customer's window. */
    WRONG_CUSTOMER,
    /** A window's sum goes through a floating-point number. */
    ROUND_TO_DOUBLE,
    /** A conflict is answered as a conflict, but its event counts. */
    COUNT_A_CONFLICT,
    /** A conflict is taken for a duplicate. */
    ACKNOWLEDGE_A_CONFLICT,
    /** A conflict replaces the event before and counts. */
    ACCEPT_A_CONFLICT,
    /** A request is answered 503 and counted all the same. */
    COUNT_AN_UNAVAILABLE,
    /** An event nobody sent is counted. */
    INVENT_ONE,
    /** A retry of a counted event is answered as a conflict. */
    REFUSE_A_DUPLICATE,
    /** Two events of a window are merged into one row: the sum is right, their number is not. */
    MISCOUNT_EVENTS,
    /** A void is acknowledged and takes nothing back. */
    DROP_A_VOID,
    /** A void takes its event back twice. */
    VOID_TWICE,
    /** A void takes another event of the window back. */
    VOID_ANOTHER,
    /** The key of a voided event is forgotten, so that its retry counts. */
    FORGET_A_VOIDED_KEY,
    /** A void takes its event out of the sum and not out of the maximum. */
    KEEP_A_MAXIMUM,
    /** An event of a type feeds the sum and not the maximum. */
    MISS_A_MAXIMUM
}
