/**
 * Billing seen from outside: an organization that sells, customers that use, months that end; and how many invoices a second
 * a server finalizes.
 *
 * <p>Owns: the load of a billing run and the check that what was measured was billed rightly. Does not own: servers and calls.
 * Invariants: a figure of invoices that are not all there, or of which one has another total than was worked out by hand, is not
 * printed. Threads: one drives a run; customers are created by a few at a time.
 */
@NullMarked
package dev.valora.bench.invoices;

import org.jspecify.annotations.NullMarked;
