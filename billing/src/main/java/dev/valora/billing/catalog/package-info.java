/**
 * Pure: products, prices and their versions as values, and how price terms are written as JSON.
 *
 * <p><b>Invariants.</b> A price version in force is never edited; the version in force on a day is the last one effective on or
 * before it.
 */
@NullMarked
package dev.valora.billing.catalog;

import org.jspecify.annotations.NullMarked;
