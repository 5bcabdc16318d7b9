@NullMarked
package dev.valora.billing.subscription;

import org.jspecify.annotations.NullMarked;
