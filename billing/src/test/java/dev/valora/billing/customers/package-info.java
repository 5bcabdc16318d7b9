@NullMarked
package dev.valora.billing.customers;

import org.jspecify.annotations.NullMarked;
