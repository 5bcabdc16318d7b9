/**
 * Edge: what became of usage, window by window: which invoice billed it, or why none did.
 *
 * <p><b>Owns</b> {@code GET /v1/usage/fates}. <b>Does not own</b> anything that it reads.
 *
 * <p><b>Invariants.</b> Every window row has a fate. It is told from the same terms, cuts and ledger that invoices are made from,
 * so that it cannot say something else than they do.
 */
@NullMarked
package dev.valora.billing.fates;

import org.jspecify.annotations.NullMarked;
