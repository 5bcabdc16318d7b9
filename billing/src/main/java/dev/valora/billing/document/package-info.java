/**
 * Pure: an invoice as the HTTP contract shows it to a page that can be printed.
 *
 * <p><b>Owns</b> how an invoice looks. <b>Does not own</b> what it says: the page computes no amount and reads nothing else.
 *
 * <p><b>Invariants.</b> The same document gives the same bytes, whatever the default locale. Everything that people wrote is
 * escaped. The page loads nothing and runs nothing.
 */
@NullMarked
package dev.valora.billing.document;

import org.jspecify.annotations.NullMarked;
