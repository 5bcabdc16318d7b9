/**
 * Servers as processes of their own: started, waited for, killed, stopped.
 *
 * <p>Owns: the processes it starts, and the end of every one of them. Does not own: any process it did not start. Invariants: a
 * process is addressed by its id only; when this JVM ends, what it started ends too. Threads: one thread drives a process;
 * its output is read by a daemon thread.
 */
@NullMarked
package dev.valora.bench.server;

import org.jspecify.annotations.NullMarked;
