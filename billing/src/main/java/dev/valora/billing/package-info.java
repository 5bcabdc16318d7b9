/**
 * The contract of the billing module: what it bills, from which cut, and the routes it adds.
 *
 * <p><b>Owns</b> the schema {@code billing}: catalog, customers, subscriptions, cycles, invoices and the audit trail. <b>Does
 * not own</b> usage (ingest, aggregator) or organizations and keys (ingest).
 *
 * <p><b>Invariants.</b> Every change of an organization's billing happens in one database transaction that locks the
 * organization's row of {@code billing.numbering} first and appends to the audit trail: changes of one organization follow each
 * other, so that what a change checked is still true when it is written.
 */
@NullMarked
package dev.valora.billing;

import org.jspecify.annotations.NullMarked;
