@NullMarked
package dev.valora.billing.contract;

import org.jspecify.annotations.NullMarked;
