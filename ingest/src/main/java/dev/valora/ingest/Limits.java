package dev.valora.ingest;

/**
 * Everything has a limit, and the limits hang together: {@link #assertRelations} runs at start and the server refuses to run
 * if one of them was changed without the others. Lengths of text count Unicode code points; sizes are bytes.
 */
public final class Limits {

    /** A body, as sent and after decompression. */
    public static final int REQUEST_BODY_BYTES = 8 << 20;

    /** Events a usage request may carry. */
    public static final int REQUEST_EVENTS = 10_000;

    /** Code points of an idempotency key, a customer key or an event type; at least 1. */
    public static final int KEY_LENGTH = 255;

    /** Code points of a meter's code, see {@code [a-z0-9][a-z0-9_.-]{0,63}}. */
    public static final int CODE_LENGTH = 64;

    /** Properties of one event. */
    public static final int EVENT_PROPERTIES = 50;

    /** Code points of a property's name. */
    public static final int PROPERTY_NAME_LENGTH = 128;

    /** Code points of a property's string value. */
    public static final int PROPERTY_VALUE_LENGTH = 1_000;

    /** Code points of the reason of a void. */
    public static final int REASON_LENGTH = 500;

    /** Digits of an event's value before the decimal point. */
    public static final int VALUE_INTEGER_DIGITS = 18;

    /** Digits of an event's value after the decimal point, trailing zeros not counted. */
    public static final int VALUE_FRACTION_DIGITS = 12;

    /** How far an event time may lie ahead of its accepted time, in microseconds: clocks of senders may run ahead by an hour. */
    public static final long EVENT_AHEAD_MICROS = 3_600_000_000L;

    /** Characters of a number as sent; a longer one is refused before it is read as a number. */
    public static final int NUMBER_TEXT_LENGTH = 64;

    /** Nesting of a usage body: object, array of events, event, properties, and one to spare. */
    public static final int USAGE_NESTING_DEPTH = 5;

    /** Nesting of every other body. */
    public static final int JSON_NESTING_DEPTH = 16;

    /** Dimensions of one meter. */
    public static final int METER_DIMENSIONS = 8;

    /**
     * Bytes that a request's events may take as journal records: the body's, and {@link RecordLayout#EVENT_FIXED_BYTES} for
     * each event. Only numbers with exponents among the properties take more than they were sent with; a request that grows
     * beyond this is refused as too large.
     */
    public static final int ENCODED_REQUEST_BYTES =
            REQUEST_BODY_BYTES + REQUEST_EVENTS * RecordLayout.EVENT_FIXED_BYTES;

    /** Bytes of one journal entry, which is one group commit. */
    public static final int COMMIT_BYTES = 15 << 20;

    /** Chronicle's block: the unit in which a journal file is mapped. */
    public static final int JOURNAL_BLOCK_BYTES = 64 << 20;

    /** A journal file is left for a new one when it has reached this size, or a smaller one that an operator wants. */
    public static final long JOURNAL_FILE_BYTES = 1L << 30;

    /** The smallest one that may be wanted. */
    public static final long JOURNAL_FILE_BYTES_MIN = 64L << 20;

    /** Batches that may wait for the writer; a full queue answers 503. */
    public static final int INTAKE_QUEUE_BATCHES = 8_192;

    /** Encoded bytes that may wait for the writer; beyond it a request is answered 503. */
    public static final long INTAKE_QUEUE_BYTES = 128L << 20;

    /** Commands (meter definitions, archivings, voids, questions, ticks) that may wait for the writer. */
    public static final int INTAKE_QUEUE_COMMANDS = 256;

    /** Bytes of a meter's definition or archiving as a journal record. */
    public static final int METER_RECORD_BYTES = 16 << 10;

    /** Bytes of a void as a journal record: the longest event, a copy of which it holds, and the longest reason. */
    public static final int VOID_RECORD_BYTES = 256 << 10;

    private Limits() {}

    /** Checks the relations between limits. Throws {@link IllegalStateException} naming the first that does not hold. */
    public static void assertRelations() {
        require(
                ENCODED_REQUEST_BYTES + RecordLayout.ENTRY_HEADER_BYTES <= COMMIT_BYTES,
                "the largest request must fit into one commit");
        require(COMMIT_BYTES <= JOURNAL_BLOCK_BYTES / 4, "a commit must fit into a quarter of a journal block");
        require(REQUEST_EVENTS < Position.RECORDS_PER_ENTRY_MAX, "every event of a request must have an index");
        require(
                JOURNAL_FILE_BYTES_MIN >= JOURNAL_BLOCK_BYTES && JOURNAL_FILE_BYTES >= JOURNAL_FILE_BYTES_MIN,
                "the smallest journal file must hold a block");
        require(INTAKE_QUEUE_BYTES >= ENCODED_REQUEST_BYTES, "the largest request must fit into the queue");
        require(
                INTAKE_QUEUE_COMMANDS * METER_RECORD_BYTES + RecordLayout.ENTRY_HEADER_BYTES <= COMMIT_BYTES,
                "all waiting commands must fit into one commit");
        require(
                EVENT_PROPERTIES * 4 * (PROPERTY_NAME_LENGTH + PROPERTY_VALUE_LENGTH + 2)
                                + 4 * (3 * KEY_LENGTH + REASON_LENGTH)
                                + 1_024
                        <= VOID_RECORD_BYTES,
                "the longest event and the longest reason must fit into a void");
        require(
                METER_RECORD_BYTES <= VOID_RECORD_BYTES
                        && VOID_RECORD_BYTES + RecordLayout.ENTRY_HEADER_BYTES <= COMMIT_BYTES,
                "a void must be the longest command and fit into one commit");
        require(KEY_LENGTH * 4 <= 0xFFFF && PROPERTY_VALUE_LENGTH * 4 <= 0xFFFF, "text lengths must fit into 16 bits");
    }

    private static void require(boolean holds, String relation) {
        if (!holds) {
            throw new IllegalStateException("limits do not hang together: " + relation);
        }
    }
}
