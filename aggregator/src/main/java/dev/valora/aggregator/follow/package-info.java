/**
 * The loop that follows the journal: driver.
 *
 * <p><b>Owns</b> when to read, when to flush, when to try again, and the answer to "is this applied yet". <b>Does not own</b>
 * what an event adds (fold) or how rows are written (store).
 *
 * <p><b>Invariants.</b> Nothing is folded while the outcome of a flush is unknown. Memory is bounded by the open windows of
 * one flush and by the voids of one window; everything else waits in the journal. A window is recounted only when everything
 * before its void is in the rows.
 *
 * <p><b>Threads.</b> The agent's, but for {@link dev.valora.ingest.AppliedUsage} and the lag, which any thread may ask.
 */
@NullMarked
package dev.valora.aggregator.follow;

import org.jspecify.annotations.NullMarked;
