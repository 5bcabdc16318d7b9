@NullMarked
package dev.valora.billing.settlement;

import org.jspecify.annotations.NullMarked;
