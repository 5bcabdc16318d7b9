/** Tests of the pure fold. */
@NullMarked
package dev.valora.aggregator.fold;

import org.jspecify.annotations.NullMarked;
