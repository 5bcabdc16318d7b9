@NullMarked
package dev.valora.billing.cycles;

import org.jspecify.annotations.NullMarked;
