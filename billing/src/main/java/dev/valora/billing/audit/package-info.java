/**
 * Edge: changes of an organization's billing and the append-only trail of them, in PostgreSQL.
 *
 * <p><b>Owns</b> {@code billing.audit} and {@code billing.numbering}, the next invoice number among it: it is read with
 * the lock and written with the entries. <b>Does not own</b> what is changed, or which invoice gets which number.
 *
 * <p><b>Invariants.</b> The entries of an organization are numbered from 1 without gaps, in the order in which the changes
 * committed; a change and its entries are committed together or not at all. The clock is read once nobody else changes anything.
 */
@NullMarked
package dev.valora.billing.audit;

import org.jspecify.annotations.NullMarked;
