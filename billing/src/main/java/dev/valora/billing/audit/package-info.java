/**
 * Edge: changes of an organization's billing and the append-only trail of them, in PostgreSQL.
 *
 * <p><b>Owns</b> {@code billing.audit} and the audit numbers of {@code billing.numbering}. <b>Does not own</b> what is changed.
 *
 * <p><b>Invariants.</b> The entries of an organization are numbered from 1 without gaps, in the order in which the changes
 * committed; a change and its entries are committed together or not at all. The clock is read once nobody else changes anything.
 */
@NullMarked
package dev.valora.billing.audit;

import org.jspecify.annotations.NullMarked;
