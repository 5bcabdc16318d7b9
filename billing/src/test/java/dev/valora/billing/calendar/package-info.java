@NullMarked
package dev.valora.billing.calendar;

import org.jspecify.annotations.NullMarked;
