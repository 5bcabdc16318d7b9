/**
 * Edge: all that closing a cycle depends on, read in a few statements and turned into terms that stay.
 *
 * <p><b>Owns</b> which earlier cycles an invoice corrects, which licences it charges in advance or gives back, and what it copies
 * of prices, names, meters and policies. <b>Does not own</b> what an invoice says (the pure {@code invoice}), when a cycle is
 * closed ({@code cycles}), or rows.
 *
 * <p><b>Invariants.</b> A cycle's own terms are frozen once, when it is closed; correcting it reads them again. The number of
 * statements does not depend on the number of cycles. A cycle whose terms cannot be frozen is left out with its reason, and the
 * others go on.
 */
@NullMarked
package dev.valora.billing.closing;

import org.jspecify.annotations.NullMarked;
