/** Tests against the real PostgreSQL. */
@NullMarked
package dev.valora.aggregator.follow;

import org.jspecify.annotations.NullMarked;
