/**
 * Edge: customers in PostgreSQL and their routes.
 *
 * <p><b>Owns</b> {@code billing.customers}. <b>Does not own</b> their usage, which names a customer by its key whether or not
 * the customer exists, nor their subscriptions.
 *
 * <p><b>Invariants.</b> A customer's key never changes and is never used twice: usage is joined to it.
 */
@NullMarked
package dev.valora.billing.customers;

import org.jspecify.annotations.NullMarked;
