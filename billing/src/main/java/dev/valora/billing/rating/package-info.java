/**
 * Pure: quantities and price versions to exact amounts, and the one place where an amount is rounded.
 *
 * <p><b>Owns</b> the five pricing models, the split of a cycle at version boundaries, minimum and maximum. <b>Does not own</b>
 * which version is in force when, nor what was billed before: both are arguments.
 *
 * <p><b>Invariants.</b> Amounts are exact until {@link dev.valora.billing.rating.Rounding}; the steps of a charge add up to it.
 */
@NullMarked
package dev.valora.billing.rating;

import org.jspecify.annotations.NullMarked;
