@NullMarked
package dev.valora.billing.schedule;

import org.jspecify.annotations.NullMarked;
