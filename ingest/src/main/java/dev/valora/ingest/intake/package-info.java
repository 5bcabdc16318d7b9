/**
 * Driver: the single writer. Owns the loop that admits, journals, forces and then releases the answers.
 *
 * <p><b>Owns</b> the bounded queues before the writer, the accepted time, the order of everything in the journal, the
 * replay that rebuilds meters and keys at start, the hand-over of what was committed to the key files, what voids still need of
 * the journal's beginning, and the order in which old files go. <b>Does not own</b> the fates of events (admission), how an entry
 * becomes durable (journal), or which file may go (retention).
 *
 * <p><b>Invariants.</b> An answer follows the force of its entry, never precedes it. Whatever was taken is answered exactly
 * once. The accepted time never goes back. After a failure nothing is taken and nothing is answered as accepted. A void that was
 * journaled can be folded, also by a database as old as the restore horizon allows.
 *
 * <p><b>Threads.</b> Any thread hands over; one thread, the agent's, does everything else.
 */
@NullMarked
package dev.valora.ingest.intake;

import org.jspecify.annotations.NullMarked;
