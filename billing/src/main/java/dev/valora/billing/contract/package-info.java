/**
 * Edge: subscriptions with their items, transitions and cycles, in PostgreSQL and over HTTP.
 *
 * <p><b>Owns</b> {@code billing.subscriptions}, {@code items}, {@code transitions} and {@code cycles}: how their rows are read and
 * written, and which subscriptions wait with an error. <b>Does not own</b> which state may follow which, what a change makes of
 * items and what a cycle is (the pure {@code subscription}), when cycles move on ({@code cycles}), what they are billed under
 * ({@code closing}), or invoices.
 *
 * <p><b>Invariants.</b> Every status was reached by a row of transitions. All prices of a subscription share one interval. No
 * customer has two live items on one usage price. A subscription has one open cycle at most, and its cycles are numbered
 * without gaps; items are ended, never removed.
 *
 * <p><b>Threads.</b> Any but an event loop; what changes rows runs inside one change, on one thread.
 *
 * <p><b>Times not to confuse.</b> <i>Today</i> is the day of the request in the organization's zone, and decides what may be asked
 * for; <i>due</i> instants of cycles were frozen when these opened, and decide what is billed.
 */
@NullMarked
package dev.valora.billing.contract;

import org.jspecify.annotations.NullMarked;
