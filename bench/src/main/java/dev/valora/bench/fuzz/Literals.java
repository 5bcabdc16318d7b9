package dev.valora.bench.fuzz;

import dev.valora.ingest.Limits;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Decimals and instants from their texts, by the JDK's own classes. */
final class Literals {

    private static final Pattern DECIMAL = Pattern.compile("(-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?)(?:[eE]([+-]?[0-9]+))?");
    private static final Pattern INSTANT =
            Pattern.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\\.([0-9]+))?"
                    + "(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))");
    private static final int INSTANT_CHARACTERS_MAX = 64;

    /** Beyond any exponent with which a number of so few digits is within any bound. */
    private static final BigInteger EXPONENT_MAX = BigInteger.valueOf(500);

    private static final long MICROS_A_SECOND = 1_000_000;
    private static final long YEAR_10000_SECONDS =
            LocalDateTime.of(9999, 12, 31, 23, 59, 59).toEpochSecond(ZoneOffset.UTC) + 1;

    private Literals() {}

    /** A number that is not longer than any may be, without trailing zeros; nothing when it is none, or beyond all bounds. */
    static Optional<BigDecimal> number(String text) {
        Matcher matcher = DECIMAL.matcher(text);
        if (text.length() > Limits.NUMBER_TEXT_LENGTH || !matcher.matches()) {
            return Optional.empty();
        }
        BigDecimal mantissa = new BigDecimal(matcher.group(1));
        BigInteger exponent = matcher.group(2) == null ? BigInteger.ZERO : new BigInteger(matcher.group(2));
        if (mantissa.signum() == 0) {
            return Optional.of(BigDecimal.ZERO);
        }
        return exponent.abs().compareTo(EXPONENT_MAX) > 0
                ? Optional.empty()
                : Optional.of(
                        mantissa.scaleByPowerOfTen(exponent.intValueExact()).stripTrailingZeros());
    }

    /** A value of an event, with no digits behind the point that need not be there, and not fewer than none. */
    static Optional<BigDecimal> value(String text) {
        return number(text)
                .filter(value ->
                        value.precision() - value.scale() <= Limits.VALUE_INTEGER_DIGITS || value.signum() == 0)
                .filter(value -> value.scale() <= Limits.VALUE_FRACTION_DIGITS)
                .map(value -> value.setScale(Math.max(0, value.scale())));
    }

    /** The text in which a number is kept as a property. */
    static Optional<String> canonical(String text) {
        return number(text)
                .map(number -> number.signum() == 0 ? "0" : number.toPlainString())
                .filter(plain -> plain.length() <= Limits.NUMBER_TEXT_LENGTH);
    }

    /** Microseconds since the epoch. */
    static Optional<Long> instant(String text) {
        Matcher matcher = INSTANT.matcher(text);
        if (text.length() > INSTANT_CHARACTERS_MAX || !matcher.matches()) {
            return Optional.empty();
        }
        try {
            LocalDateTime local = LocalDateTime.of(
                    part(matcher, 1),
                    part(matcher, 2),
                    part(matcher, 3),
                    part(matcher, 4),
                    part(matcher, 5),
                    part(matcher, 6));
            long seconds = local.toEpochSecond(ZoneOffset.UTC);
            if (matcher.group(8) != null) {
                if (part(matcher, 9) > 23 || part(matcher, 10) > 59) {
                    return Optional.empty();
                }
                long ahead = part(matcher, 9) * 3_600L + part(matcher, 10) * 60L;
                seconds += "+".equals(matcher.group(8)) ? -ahead : ahead;
            }
            String fraction = matcher.group(7) == null ? "" : matcher.group(7);
            long micros = Long.parseLong((fraction + "000000").substring(0, 6));
            return seconds < 0 || seconds >= YEAR_10000_SECONDS
                    ? Optional.empty()
                    : Optional.of(seconds * MICROS_A_SECOND + micros);
        } catch (DateTimeException impossible) {
            return Optional.empty();
        }
    }

    private static int part(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }
}
