package dev.valora.billing.rating;

import dev.valora.billing.calendar.Fraction;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * The one place where an amount is rounded: half up, away from zero on ties, to the currency's minor unit (ISO 4217 exponent).
 */
public final class Rounding {

    private Rounding() {}

    /** An exact amount as a line shows it. */
    public static BigDecimal toMinorUnit(BigDecimal amount, int exponent) {
        return amount.setScale(exponent, RoundingMode.HALF_UP);
    }

    /** The share of an amount as a line shows it: multiplied and divided by the fraction's integers, rounded once. */
    public static BigDecimal toMinorUnit(BigDecimal amount, Fraction share, int exponent) {
        return amount.multiply(BigDecimal.valueOf(share.days()))
                .divide(BigDecimal.valueOf(share.of()), exponent, RoundingMode.HALF_UP);
    }
}
