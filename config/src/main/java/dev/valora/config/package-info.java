/**
 * The composition root: how the server is put together, started and stopped.
 *
 * <p><b>Owns</b> the command line, the settings, the data directory and its identity, the clock, the embedded PostgreSQL, the
 * management port, the list of parts with their start and stop order, and the packaging. <b>Does not own</b> any rule about
 * usage or money.
 *
 * <p><b>Invariants.</b> Nothing but bench imports this module. Wall time enters here and nowhere else. Whatever was started
 * is stopped in reverse order, also when the start fails half-way.
 *
 * <p><b>Threads.</b> The main thread starts; a shutdown hook stops; every agent has a platform thread of its own.
 */
@NullMarked
package dev.valora.config;

import org.jspecify.annotations.NullMarked;
