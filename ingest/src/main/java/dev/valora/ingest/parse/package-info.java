/**
 * Pure: the bytes of a usage request to a batch of journal records. Owns the JSON shape of events and everything that can be
 * said against an event without knowing others: types, lengths, decimals, instants. Does not own what becomes of an event:
 * duplicates, age and archived meters are admission's. A body is read without a tree, by the scanner of plain bodies or,
 * where that gives up, once more by the reader of any body, which alone refuses; both make the same of what both can read. A batch
 * holds only whole records, and none when the body is refused. Every instance belongs to one thread.
 *
 * <p>Two times must not be confused: the event time, which is read here, and the accepted time, which the writer stamps.
 */
@NullMarked
package dev.valora.ingest.parse;

import org.jspecify.annotations.NullMarked;
