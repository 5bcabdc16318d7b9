/** Placeholder page. */
@NullMarked
package dev.valora.billing;

import org.jspecify.annotations.NullMarked;
