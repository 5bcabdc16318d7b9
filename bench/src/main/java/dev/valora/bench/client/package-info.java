/**
 * A caller of the HTTP contract: organizations, meters, usage sent and read.
 *
 * <p>Owns: the JSON of the calls that bench makes. Does not own: any retry, any judgement of an answer. Invariants: knows only
 * the wire; decimals are read from their text. Threads: any.
 */
@NullMarked
package dev.valora.bench.client;

import org.jspecify.annotations.NullMarked;
