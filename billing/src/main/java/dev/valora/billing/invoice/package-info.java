/**
 * Pure: frozen terms and quantities to the lines of an invoice, its canonical form and its content hash.
 *
 * <p><b>Owns</b> what stands on an invoice. <b>Does not own</b> numbers, status, payment or when a job ran: none of these is in
 * the hashed content.
 *
 * <p><b>Invariants.</b> The same terms, cut and quantities give the same bytes, for ever. The total is the sum of the rounded
 * lines. Nothing here reads live rows.
 */
@NullMarked
package dev.valora.billing.invoice;

import org.jspecify.annotations.NullMarked;
