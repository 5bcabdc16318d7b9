/**
 * Windows in PostgreSQL, schema {@code usage}.
 *
 * <p><b>Owns</b> the tables of the schema, the statement that composes deltas with rows, the checkpoint, and the statements that
 * read usage at a cut, windows that changed between two cuts, windows by their hours of acceptance, and the stretches of the
 * journal behind windows. <b>Does not own</b> when to flush (follow), what a query parameter means (query), or what is made of
 * usage (billing).
 *
 * <p><b>Invariants.</b> Windows, skips and checkpoint change in one transaction, under the lock of the checkpoint row, and
 * only from the checkpoint that the writer expects: a delta is written once, whatever became of an earlier COMMIT. A
 * row changes only by what is accepted in its own hour; where values do not add, reading a window starts at its last reset. Each row
 * belongs to a series, written in the same transaction or before; what a transaction learned of series is believed once it has
 * committed. No answer depends on the numbers of series.
 *
 * <p><b>Threads.</b> One writes; any thread but an event loop reads. All calls block.
 */
@NullMarked
package dev.valora.aggregator.store;

import org.jspecify.annotations.NullMarked;
