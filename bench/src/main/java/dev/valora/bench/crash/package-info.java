/**
 * Kills the real distribution under load, or cuts its power, and compares what is there afterwards with the client's own books.
 *
 * <p>Owns: the moments of death, the order of load, restart, account and resending. Does not own: the books, the server's
 * process, any judgement but theirs. Invariants: every run is bounded in rounds and in time; a run that finds something leaves
 * its data directory and says where; everything it started or mounted is ended and unmounted. Threads: one drives a run, and the
 * load goes out on virtual threads.
 */
@NullMarked
package dev.valora.bench.crash;

import org.jspecify.annotations.NullMarked;
