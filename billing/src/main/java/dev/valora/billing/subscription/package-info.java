/**
 * Pure: the states of a subscription, the periods of its life, what is arranged for it, and the cycles that a moment opens.
 *
 * <p><b>Owns</b> which state may follow which, on which days items live and are charged, and what a cycle's cut is. <b>Does not own</b> rows, prices or invoices.
 *
 * <p><b>Invariants.</b> Period follows period without a gap from the start: the trial, then the periods of the schedule. The
 * cuts of a subscription never decrease. Items follow from all that was asked for and from the periods, never from items. Everything is computed from dates and instants that were frozen, never from now.
 *
 * <p><b>Times not to confuse.</b> <i>Dates</i> are local to the organization's zone; <i>instants</i> are their starts, frozen
 * when a cycle opens; <i>accepted before</i> bounds acceptance, not event time.
 */
@NullMarked
package dev.valora.billing.subscription;

import org.jspecify.annotations.NullMarked;
