/** Tests against the real PostgreSQL. */
@NullMarked
package dev.valora.aggregator.store;

import org.jspecify.annotations.NullMarked;
