/**
 * A simulated year: random subscriptions on a real server whose clock is turned, and every invoice compared with an oracle's.
 *
 * <p>Owns: what is drawn from a seed, what was asked and answered, when the server is killed. Does not own: what must be billed
 * ({@code year.oracle}), servers and calls. Invariants: it knows the server by the wire alone; a request without an answer is
 * made again with the same idempotency key; the same seed asks the same. Times: the turned clock's, which is the accepted time of
 * whatever is sent between two turns. Threads: one drives; calls are made by a few at a time.
 */
@NullMarked
package dev.valora.bench.year;

import org.jspecify.annotations.NullMarked;
