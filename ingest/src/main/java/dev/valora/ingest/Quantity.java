package dev.valora.ingest;

import java.math.BigDecimal;

/**
 * A decimal amount of a unit, never money. Equal quantities are equal records: trailing zeros are dropped, so {@code 1.0}
 * and {@code 1.00} are the same.
 *
 * @param value exact; sums may exceed the 18 + 12 digits that a single event may carry
 */
public record Quantity(BigDecimal value) implements Comparable<Quantity> {

    /** No usage. */
    public static final Quantity ZERO = new Quantity(BigDecimal.ZERO);

    public Quantity {
        value = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
    }

    /** The exact sum. */
    public Quantity plus(Quantity other) {
        return new Quantity(value.add(other.value));
    }

    @Override
    public int compareTo(Quantity other) {
        return value.compareTo(other.value);
    }

    /** Plain decimal notation without an exponent or trailing zeros, as the HTTP contract writes it. */
    @Override
    public String toString() {
        return value.toPlainString();
    }
}
