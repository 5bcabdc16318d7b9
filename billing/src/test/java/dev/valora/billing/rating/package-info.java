@NullMarked
package dev.valora.billing.rating;

import org.jspecify.annotations.NullMarked;
