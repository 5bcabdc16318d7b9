/**
 * PostgreSQL as the server uses it, and who may use the server: organizations, API keys, the names of meters, and replies
 * remembered for retries.
 *
 * <p><b>Owns</b> the schema {@code access}, the two roles of the application and the connections that take them. <b>Does not
 * own</b> what a meter computes (the journal), windows (aggregator), or how HTTP is spoken.
 *
 * <p><b>Invariants.</b> A statement runs only inside a transaction, as {@code valora_app} with one organization set or as
 * {@code valora_system}; never as the role that owns the tables. A secret is stored as its SHA-256 and told once. A key that
 * was revoked is refused within a second while PostgreSQL can be asked.
 *
 * <p><b>Threads.</b> Everything here blocks and runs on virtual threads or agents, but {@code KeyRing.known}, which answers
 * from memory on event loops.
 */
@NullMarked
package dev.valora.ingest.access;

import org.jspecify.annotations.NullMarked;
