/**
 * The client's own books: what was sent, what was answered, and whether the server's windows agree.
 *
 * <p>Owns: the quantities, chosen so that a window's sum tells of each of its events how often it was counted; the outcomes; the
 * comparison. Does not own: the server, nor any trust in it. Distinct times: an event's own time, which places it in a window,
 * and the time it was sent, which is only written down.
 *
 * <p>Invariants: an event acknowledged once stays acknowledged; an event whose answer never came may be there once or not at
 * all; everything else that differs is reported. Threads: the books may be written by any thread; they are compared when
 * nothing is in flight.
 */
@NullMarked
package dev.valora.bench.books;

import org.jspecify.annotations.NullMarked;
