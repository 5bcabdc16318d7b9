/** Fixtures of the aggregator's tests. */
@NullMarked
package dev.valora.aggregator;

import org.jspecify.annotations.NullMarked;
