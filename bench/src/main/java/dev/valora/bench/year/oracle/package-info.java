/**
 * What must be billed, by a plain reading of the documents: every subscription is told again from its first day, with all that
 * was asked of it and every event that was acknowledged.
 *
 * <p>Owns: its own calendar, rating, ledger and rounding. Does not own: any call, any class of the modules below. Invariants: it
 * shares nothing with what it judges but the words of the contract; it keeps nothing from one telling to the next; where the
 * documents are silent the class that decides says so. Pure. Threads: any; a life belongs to one.
 */
@NullMarked
package dev.valora.bench.year.oracle;

import org.jspecify.annotations.NullMarked;
