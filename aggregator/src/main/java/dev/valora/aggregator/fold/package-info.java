/**
 * Journal entries to window deltas: pure.
 *
 * <p><b>Owns</b> which meters an event feeds, what it adds to which window, and exact arithmetic. <b>Does not own</b> when
 * deltas are written, where they go (store) or in what order entries come (follow).
 *
 * <p><b>Invariants.</b> The deltas of any grouping of entries compose to the same rows. Nothing here depends on a clock, on
 * hash order or on how far other threads have come: the fold follows meter definitions in the journal by itself. A void takes back
 * exactly what its event added; where that cannot be known from memory the fold stops and says what must be read.
 *
 * <p><b>Threads.</b> One, the aggregator's.
 */
@NullMarked
package dev.valora.aggregator.fold;

import org.jspecify.annotations.NullMarked;
