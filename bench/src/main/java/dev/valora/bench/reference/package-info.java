/**
 * The reference servers that frame every figure: they do less than Valora over the same HTTP, and say so.
 *
 * <p>Owns: a server that throws bodies away (b) and one that parses them and throws the events away (p). Does not own: anything
 * that makes an event count. Invariants: the HTTP options are those of Valora; nothing is stored. Threads: one event loop a
 * core, as in Valora.
 */
@NullMarked
package dev.valora.bench.reference;

import org.jspecify.annotations.NullMarked;
