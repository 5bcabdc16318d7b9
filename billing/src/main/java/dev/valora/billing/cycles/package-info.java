/**
 * Edge: finding billing work that is due, and doing one batch of it inside one database transaction.
 *
 * <p><b>Owns</b> what a job reads and writes. <b>Does not own</b> when a job runs (driver {@code schedule}) or what an invoice
 * says (pure {@code invoice}).
 *
 * <p><b>Invariants.</b> A batch stays within one organization and takes work of one due time, in the order of subscriptions.
 * Inputs are loaded and results written in a few statements, however many subscriptions there are. A subscription whose
 * computation fails is left out of the batch with its reason; a statement that fails undoes the whole batch.
 *
 * <p><b>Times not to confuse.</b> <i>Due</i> is when work should be done; <i>now</i> is when it is, and is written on rows;
 * nothing that is hashed depends on it.
 */
@NullMarked
package dev.valora.billing.cycles;

import org.jspecify.annotations.NullMarked;
