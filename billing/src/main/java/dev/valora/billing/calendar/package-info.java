/**
 * Pure: local dates, half-open ranges, and the periods that an anchor cuts time into.
 *
 * <p><b>Invariants.</b> Period n is computed from the anchor, never from period n - 1, so that January 31 leads to February 28
 * and back to March 31. Periods tile time: each begins where the one before ends. A proration is two integers until an amount
 * is rounded.
 */
@NullMarked
package dev.valora.billing.calendar;

import org.jspecify.annotations.NullMarked;
