@NullMarked
package dev.valora.billing.catalog;

import org.jspecify.annotations.NullMarked;
