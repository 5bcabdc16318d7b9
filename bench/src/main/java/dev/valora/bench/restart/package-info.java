/**
 * How long a server takes to be ready again after kill -9, and how much memory it needs, by the number of events it knows.
 *
 * <p>Owns: the order of load, kill and start. Does not own: the load and the server. Invariants: after each start the server knows
 * exactly the keys that it acknowledged; the events are those of the load generator, each with a key of its own. Threads: one.
 */
@NullMarked
package dev.valora.bench.restart;

import org.jspecify.annotations.NullMarked;
