@NullMarked
package dev.valora.billing.document;

import org.jspecify.annotations.NullMarked;
