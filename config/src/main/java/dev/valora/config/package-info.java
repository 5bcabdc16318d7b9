/** Placeholder page. */
@NullMarked
package dev.valora.config;

import org.jspecify.annotations.NullMarked;
