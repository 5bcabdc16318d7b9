@NullMarked
package dev.valora.billing.invoice;

import org.jspecify.annotations.NullMarked;
