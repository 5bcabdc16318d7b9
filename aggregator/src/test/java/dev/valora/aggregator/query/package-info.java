/** Tests against the real PostgreSQL. */
@NullMarked
package dev.valora.aggregator.query;

import org.jspecify.annotations.NullMarked;
