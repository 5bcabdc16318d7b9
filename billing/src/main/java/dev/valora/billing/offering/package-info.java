/**
 * Edge: what is sold, in PostgreSQL and over HTTP: products, prices with their versions, and plans.
 *
 * <p><b>Owns</b> {@code billing.products}, {@code prices}, {@code price_versions} and {@code plans}. <b>Does not own</b> what a
 * price means (catalog, rating) or who bought it (contract).
 *
 * <p><b>Invariants.</b> A code is never used twice. Price versions are only ever added, and never so that they would be in
 * force in a period that was billed to anyone. What is archived takes no new subscriptions; existing ones go on.
 */
@NullMarked
package dev.valora.billing.offering;

import org.jspecify.annotations.NullMarked;
