/**
 * The management port: whether the server lives, whether it is ready, and its metrics; edge.
 *
 * <p><b>Owns</b> the small HTTP server on a port and an event loop of its own, so that it answers while the other one is
 * busy or not there yet, and the names of all metrics. <b>Does not own</b> what is watched.
 *
 * <p><b>Invariants.</b> A probe asks no database and waits for nobody: it tells what the parts already know. Nothing here
 * needs a key, and nothing here shows a customer's data.
 *
 * <p><b>Threads.</b> Probes run on the management event loop and read what other threads write.
 */
@NullMarked
package dev.valora.config.management;

import org.jspecify.annotations.NullMarked;
