/**
 * The reference servers that frame every figure: they do less than Valora over the same HTTP, and say so.
 *
 * <p>Owns: a server that throws bodies away (b), one that parses them and throws the events away (p), one that stores each
 * request's only event with an {@code INSERT} of its own (c), and one that stores all events of a request with one (d). Does not
 * own: windows, conflicts, limits, or anything else that Valora does with an event. Invariants: the HTTP options are those of
 * Valora; (c) and (d) answer when the events are committed in a PostgreSQL that runs with Valora's own settings, its forces
 * included. Threads: one event loop a core, as in Valora.
 */
@NullMarked
package dev.valora.bench.reference;

import org.jspecify.annotations.NullMarked;
