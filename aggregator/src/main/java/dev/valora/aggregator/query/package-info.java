/**
 * Edge: usage over HTTP: windows at a cut, {@code GET /v1/usage}, and the events behind them, {@code GET /v1/usage/events}.
 *
 * <p><b>Owns</b> what the query parameters mean, the windows of local hours, days and months, the shape of the answers, and the
 * scan of the journal for events. <b>Does not own</b> the reading of rows (store), or what a meter takes of an event (fold).
 *
 * <p><b>Invariants.</b> No window of an answer splits a tumbling window. Pages in a row show every row once. The events at a cut
 * are those that the windows at the same cut hold. A page of events ends within its time and may be empty, but never begins where
 * the one before did.
 *
 * <p><b>Threads.</b> Any; handlers run on virtual threads and block.
 */
@NullMarked
package dev.valora.aggregator.query;

import org.jspecify.annotations.NullMarked;
