@NullMarked
package dev.valora.billing.audit;

import org.jspecify.annotations.NullMarked;
