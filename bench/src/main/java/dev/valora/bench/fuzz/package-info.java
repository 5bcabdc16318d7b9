/**
 * Torments the two places that read bytes nobody vouches for: the body parser and the journal's reader.
 *
 * <p>Owns: generators of bodies and of damage, drawn from a seed; an oracle that says, from Jackson's tokens and the contract
 * alone, what a body holds; journals whose entries are known, to compare with. Does not own: what is tormented, whose public
 * interface is all that is used ({@code UsageParser.parse}, {@code ChronicleJournal.open}, its readers, and {@code JournalRemoval}).
 * Invariants: each case follows from the seed and its number, so that it can be repeated alone; every case is bounded in time; a
 * run is bounded in seconds and in cases. Threads: one, and one for each case that might hang.
 */
@NullMarked
package dev.valora.bench.fuzz;

import org.jspecify.annotations.NullMarked;
