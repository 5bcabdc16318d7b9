/**
 * Edge: the key files. What the index of idempotency keys needs to know of a journal file that takes no more entries, so that
 * a start reads 32 bytes an event, in order, instead of the journal.
 *
 * <p><b>Owns</b> the directory of key files and every byte in it, see {@code docs/journal-format.md}. <b>Does not own</b> the
 * index, which it fills, or the journal, from which all of it could be derived again, nor where the keys come from: the writer hands
 * them over, or they are read from the journal.
 *
 * <p><b>Invariants.</b> A key file is whole or it is not there under its name. What is in it is checked before it is believed,
 * and whatever is wrong with it costs time only: the journal is read instead. Records that are not events are in it word for
 * word, so that a start sees all of the journal either way.
 *
 * <p><b>Threads.</b> A file is written by one thread. {@link dev.valora.ingest.keys.KeyLoad} reads with several, and no two of
 * them touch the same part of the index.
 */
@NullMarked
package dev.valora.ingest.keys;

import org.jspecify.annotations.NullMarked;
