@NullMarked
package dev.valora.billing.offering;

import org.jspecify.annotations.NullMarked;
