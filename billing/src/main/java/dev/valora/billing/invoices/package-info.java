/**
 * Edge: finalized invoices in PostgreSQL and over HTTP, and the reading of what they are computed from.
 *
 * <p><b>Owns</b> {@code billing.invoices} and {@code billing.ledger}. <b>Does not own</b> what an invoice says (the pure
 * {@code invoice}) or when a cycle is billed.
 *
 * <p><b>Invariants.</b> A finalized invoice is never changed but for its status and payment. Its number is taken from
 * {@code billing.numbering} in the database transaction that writes it, so numbers have no gaps.
 */
@NullMarked
package dev.valora.billing.invoices;

import org.jspecify.annotations.NullMarked;
