/**
 * The contract of the ingest module: the words of usage, the journal port, and the shape of an HTTP route.
 *
 * <p><b>Owns</b> organizations and API keys, meter definitions, the HTTP edge, admission and dedup, and the journal.
 * <b>Does not own</b> what a meter computes (aggregator), prices and invoices (billing), or how the server is put
 * together (config).
 *
 * <p><b>Invariants.</b> Only the types of this package may be imported by other modules. Nothing here reads a clock: time
 * is an argument, in microseconds since the epoch unless a name says otherwise.
 *
 * <p><b>Times not to confuse.</b> <i>Event time</i>: when usage happened, told by the sender. <i>Accepted time</i>: stamped
 * once by the single writer into the journal entry; it never goes back.
 */
@NullMarked
package dev.valora.ingest;

import org.jspecify.annotations.NullMarked;
