/**
 * Edge: Chronicle Queue and files. The journal on disk, and the lock of the data directory.
 *
 * <p><b>Owns</b> the journal's directory: its files, its manifest, how an entry becomes durable, how a start finds out what is
 * good, how its beginning is removed. Chronicle's index, cycles, files and forcing are known nowhere else. <b>Does not own</b> what
 * stands in an entry, or when a file may go.
 *
 * <p><b>Shape.</b> A journal file is a Chronicle queue of its own with exactly one cycle, in a directory of its own, opened
 * for writing once and never again: Chronicle writes into older cycles of a queue it appends to, and a sealed file must not
 * change. The order of the files and where each of them ends is told by the manifest alone.
 *
 * <p><b>Invariants.</b> An entry is behind {@code forcedSequence} only after its file was forced, or, where an
 * operator chose {@link dev.valora.ingest.journal.Durability#OS}, was handed to the operating system. Every byte that is
 * written was on the disk's account before; large entries go through a channel, small ones through Chronicle's mapping. What was
 * shown of an entry before its commit is none until its header is there. A file is listed in the
 * manifest before its first entry is written, and after it was made durable itself. Of a file without a last sequence there
 * is at most one, and it is the newest. No reader writes.
 *
 * <p><b>Threads.</b> One thread commits, closes and rolls; another may remove files, and they take turns with the manifest; each
 * reader belongs to one thread; all meet in volatile fields
 * of {@link dev.valora.ingest.journal.ChronicleJournal}. A thread of {@code RunwayKeeper} sets room apart ahead of the writer, may
 * fill it with zeros, through channels only, and gives back memory of what was written. Chronicle's own background threads are
 * turned off, but for the one that unmaps what was released.
 */
@NullMarked
package dev.valora.ingest.journal;

import org.jspecify.annotations.NullMarked;
