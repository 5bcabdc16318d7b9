/**
 * Pure: which event is new, which was seen, which is refused; and the index that remembers keys.
 *
 * <p><b>Owns</b> the fates of events, the dedup index and the entry under construction. <b>Does not own</b> the journal, the
 * queue before the writer, or the shape checks of parsing.
 *
 * <p><b>Invariants.</b> A key is claimed only together with the copy of its event into the entry. The order of judgement is:
 * seen before, state of the meter, age. The same journal and the same batches give the same fates.
 *
 * <p><b>Threads.</b> Everything here belongs to the single writer, but for a {@link
 * dev.valora.ingest.admission.UsageBatch}, which is filled by an event loop and handed over.
 */
@NullMarked
package dev.valora.ingest.admission;

import org.jspecify.annotations.NullMarked;
