/** The contract of the billing module: what it bills, from which cut, and the routes it adds. */
@NullMarked
package dev.valora.billing;

import org.jspecify.annotations.NullMarked;
