package dev.valora.ingest.http;

import dev.valora.ingest.Limits;

/**
 * What a client may take. Times are milliseconds, sizes bytes.
 *
 * @param headMillis from the first byte of a request's head to its last; then 408
 * @param bodyMillis from the end of the head to the end of the body; then 408
 * @param idleMillis without a request on a connection; then it is closed
 * @param stalledMillis without a client reading its answers; then the connection is closed
 * @param connections open at once on all loops; a further one is closed at once
 * @param usageInFlight usage requests at once on one loop, from body to answer; beyond it 503
 * @param bodyBudgetBytes of bodies being received or inflated at once on all loops; beyond it 503
 * @param calls to routes other than usage at once on all loops; beyond it 503
 */
public record HttpLimits(
        int headMillis,
        int bodyMillis,
        int idleMillis,
        int stalledMillis,
        int connections,
        int usageInFlight,
        int bodyBudgetBytes,
        int calls) {

    /** Bytes of a request line. */
    static final int REQUEST_LINE_BYTES = 8 << 10;

    /** Bytes of all header lines together. */
    static final int HEAD_BYTES = 16 << 10;

    /** Bytes of a body on routes other than usage. */
    static final int CALL_BODY_BYTES = 1 << 20;

    /** Bytes that are read and thrown away after an early answer before the connection is closed instead. */
    static final int DISCARDED_BYTES = 1 << 20;

    /**
     * Bytes of one body that are read and thrown away on a connection that ends, so that whoever sends a body that is somewhat too
     * large before reading anything sees why it is refused.
     */
    static final int LINGERED_BYTES = 4 * Limits.REQUEST_BODY_BYTES;

    /** How long a connection whose request was refused early is still read from, so that the client sees the answer. */
    static final int LINGER_MILLIS = 1_000;

    /** Answers waiting for a client to read them. */
    static final int UNREAD_ANSWER_BYTES = 1 << 20;

    /** Parameters in a query. */
    static final int QUERY_PARAMETERS = 200;

    /** Waiting connections that the kernel keeps while the loops are busy. */
    static final int ACCEPT_BACKLOG = 1_024;

    public HttpLimits {
        require(headMillis > 0 && bodyMillis > 0 && idleMillis > 0 && stalledMillis > 0, "times must be positive");
        require(connections > 0 && usageInFlight > 0 && calls > 0, "counts must be positive");
        require(
                bodyBudgetBytes >= 3L * Limits.REQUEST_BODY_BYTES,
                "the largest body must fit into the budget, compressed and inflated");
    }

    /** Fit for a server that faces the open network with 512 MB of heap. */
    public static HttpLimits defaults() {
        return new HttpLimits(10_000, 30_000, 75_000, 30_000, 10_000, 4_096, 128 << 20, 256);
    }

    private static void require(boolean holds, String relation) {
        if (!holds) {
            throw new IllegalArgumentException("HTTP limits: " + relation);
        }
    }
}
