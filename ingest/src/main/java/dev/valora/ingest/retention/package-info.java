/**
 * Pure: when the beginning of the journal may go.
 *
 * <p><b>Owns</b> the rule for one journal file. <b>Does not own</b> the removal itself (journal), its order and what voids still
 * need of the journal's beginning (intake), the index of keys (admission) or when a cycle is closed (billing).
 *
 * <p><b>Invariants.</b> A file goes only when nothing holds it. An event that can still be sent again is never forgotten, if it
 * was sent with its time.
 *
 * <p><b>Times not to confuse.</b> Age is measured in accepted time, from the last entry of a file to the watermark; never by a
 * clock. Usage in a file <i>happened</i> at most an hour after it was accepted.
 */
@NullMarked
package dev.valora.ingest.retention;

import org.jspecify.annotations.NullMarked;
