@NullMarked
package dev.valora.billing.invoices;

import org.jspecify.annotations.NullMarked;
