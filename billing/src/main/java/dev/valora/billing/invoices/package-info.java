/**
 * Edge: finalized invoices in PostgreSQL and over HTTP, and the reading of what they are computed from.
 *
 * <p><b>Owns</b> {@code billing.invoices}, {@code billing.ledger}, {@code billing.uninvoiced_cycles}, {@code billing.adjustments}
 * and who gets which invoice number; verifying an invoice and explaining a line. <b>Does not own</b> what an invoice says (the
 * pure {@code invoice}), when a cycle is billed ({@code cycles}), or who may pay and void ({@code settlement}).
 *
 * <p><b>Invariants.</b> A finalized invoice is never changed but for its status and payment, and an entry of the ledger never. Its
 * number is taken in the database transaction that writes it, so numbers have no gaps. Verifying and explaining read frozen terms
 * and windows at the cut, and nothing that may have changed since.
 *
 * <p><b>Threads.</b> Any but an event loop; all calls block, but for those of classes that say that they are pure.
 */
@NullMarked
package dev.valora.billing.invoices;

import org.jspecify.annotations.NullMarked;
