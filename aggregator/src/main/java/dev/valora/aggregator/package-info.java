/** Placeholder page. */
@NullMarked
package dev.valora.aggregator;

import org.jspecify.annotations.NullMarked;
