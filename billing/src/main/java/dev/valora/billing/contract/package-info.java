/**
 * Edge: subscriptions with their items, transitions and cycles, in PostgreSQL and over HTTP.
 *
 * <p><b>Owns</b> {@code billing.subscriptions}, {@code items} and {@code transitions}, and how rows of {@code cycles} are
 * written when a cycle opens. <b>Does not own</b> which state may follow which and what a cycle is (subscription), closing
 * cycles, or invoices.
 *
 * <p><b>Invariants.</b> Every status was reached by a row of transitions. All prices of a subscription share one interval. No
 * customer has two live items on one usage price.
 */
@NullMarked
package dev.valora.billing.contract;

import org.jspecify.annotations.NullMarked;
