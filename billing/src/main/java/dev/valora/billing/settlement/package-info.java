/**
 * Edge: what a person does with invoices: look at one before it is finalized, put an amount on the next one, mark one as paid,
 * take one back.
 *
 * <p><b>Owns</b> these requests. <b>Does not own</b> the rows they change ({@code invoices}, {@code contract}) or what closing a
 * cycle comes to ({@code closing}, the pure {@code invoice}).
 *
 * <p><b>Invariants.</b> A preview stores nothing. What a void invoice billed is billed again, or waived, and nothing in between:
 * both are written in the transaction that voids it.
 */
@NullMarked
package dev.valora.billing.settlement;

import org.jspecify.annotations.NullMarked;
