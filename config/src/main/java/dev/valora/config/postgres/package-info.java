/**
 * PostgreSQL, from nothing to a database that this server may use: edge.
 *
 * <p><b>Owns</b> the embedded PostgreSQL under the data directory (its binaries, its password, its process), the checks that
 * every database must pass, the advisory lock that makes one server a database, and running the modules' migrations.
 * <b>Does not own</b> any table: each module has its own schema and migrations.
 *
 * <p><b>Invariants.</b> The embedded PostgreSQL listens on loopback only and asks everyone for a password that only the owner
 * of the data directory can read. No database is used whose commits may be lost in a power cut. The embedded PostgreSQL
 * outlives a killed server; the next start stops what was left behind before it touches the files.
 *
 * <p><b>Threads.</b> Called by the thread that starts and stops the server; {@code DatabaseLock} has one thread of its own.
 */
@NullMarked
package dev.valora.config.postgres;

import org.jspecify.annotations.NullMarked;
