/**
 * Valora beside the reference servers in one run on one machine, so that the ratios mean something where the figures do not.
 *
 * <p>Owns: the order of the rounds, the check that what was measured was also counted, the table. Does not own: the load and
 * the servers. Invariants: only one server runs at a time; every figure is a median with its spread; a figure of events that
 * were not all counted in the end is not printed. Threads: one.
 */
@NullMarked
package dev.valora.bench.compare;

import org.jspecify.annotations.NullMarked;
