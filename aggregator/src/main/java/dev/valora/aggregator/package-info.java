/**
 * The contract of the aggregator: what becomes of accepted usage, and how it is read back.
 *
 * <p><b>Owns</b> the windows of every meter (schema {@code usage}), the checkpoint that says how much of the journal they
 * hold, and the reading of usage at a cut. <b>Does not own</b> the journal or what a meter is (ingest), nor what usage costs
 * (billing).
 *
 * <p><b>Invariants.</b> The windows are a function of the journal up to the checkpoint: both move in one database
 * transaction, so every accepted event is in them exactly once. A window row never changes its key; rows of an acceptance
 * hour that has passed never change at all, which is what makes a reading at a cut final.
 *
 * <p><b>Threads.</b> One thread folds and flushes ({@code follow}); any thread reads.
 *
 * <p><b>Times not to confuse.</b> <i>Event time</i> chooses the tumbling window. <i>Accepted time</i> chooses the row in that
 * window, by its UTC hour. The <i>watermark</i> is an accepted time: all usage accepted before it is in the windows.
 */
@NullMarked
package dev.valora.aggregator;

import org.jspecify.annotations.NullMarked;
