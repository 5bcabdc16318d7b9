/** Placeholder page. */
@NullMarked
package dev.valora.bench;

import org.jspecify.annotations.NullMarked;
