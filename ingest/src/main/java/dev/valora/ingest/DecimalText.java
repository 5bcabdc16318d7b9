package dev.valora.ingest;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Reads decimals from their text, never through a binary fraction, and holds the last one. The grammar is that of JSON
 * numbers, exponent included, for numbers and for strings alike. The result is canonical: no trailing zeros behind the point,
 * no negative zero, scale at least 0; equal decimals have equal parts. One thread; nothing is allocated unless the unscaled
 * value needs more than 64 bits.
 */
public final class DecimalText {

    /** As many decimal digits as fit into a long whatever they are. */
    private static final int LONG_DIGITS = 18;

    /** Exponents are not counted further than this: any text that short is beyond every limit by then. */
    private static final int EXPONENT_CEILING = 1_000;

    /** The digits without leading and trailing zeros, as values 0 to 9. */
    private final byte[] digits = new byte[Limits.NUMBER_TEXT_LENGTH];

    private int digitCount;

    /** Where the point stands, in digits from the first; may lie outside the digits. */
    private int pointAt;

    private boolean negative;

    private boolean compact = true;
    private long unscaled;
    private BigInteger bigUnscaled = BigInteger.ZERO;
    private int scale;

    /**
     * Reads a value. False when the text is not a decimal, is longer than {@link Limits#NUMBER_TEXT_LENGTH} characters, or has
     * more than {@link Limits#VALUE_INTEGER_DIGITS} digits before or {@link Limits#VALUE_FRACTION_DIGITS} behind the point;
     * the parts are then undefined. Takes the same time for any exponent.
     */
    public boolean parse(byte[] bytes, int offset, int length) {
        if (parseShort(bytes, offset, length)) {
            return true;
        }
        if (!scan(bytes, offset, length)
                || pointAt > Limits.VALUE_INTEGER_DIGITS
                || digitCount - pointAt > Limits.VALUE_FRACTION_DIGITS) {
            return false;
        }
        scale = Math.max(0, digitCount - pointAt);
        int size = Math.max(digitCount, pointAt);
        long head = number(0, Math.min(size, LONG_DIGITS));
        if (size <= LONG_DIGITS) {
            compact = true;
            unscaled = negative ? -head : head;
            return true;
        }
        BigInteger big = BigInteger.valueOf(head)
                .multiply(BigInteger.TEN.pow(size - LONG_DIGITS))
                .add(BigInteger.valueOf(number(LONG_DIGITS, size)));
        bigUnscaled = negative ? big.negate() : big;
        compact = bigUnscaled.bitLength() < Long.SIZE;
        if (compact) {
            unscaled = bigUnscaled.longValueExact();
        }
        return true;
    }

    /** The usual case: at most 18 digits and no exponent. False when the text is something else, be it right or wrong. */
    private boolean parseShort(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int i = offset;
        boolean minus = length > 0 && bytes[i] == '-';
        if (minus) {
            i++;
        }
        if (end - i < 1 || end - i > LONG_DIGITS || (bytes[i] == '0' && end - i > 1 && bytes[i + 1] != '.')) {
            return false;
        }
        long number = 0;
        // The same without the zeros that end the fraction, as far as it was read.
        long canonical = 0;
        int canonicalScale = 0;
        int point = end;
        for (int start = i; i < end; i++) {
            int digit = bytes[i] - '0';
            if (digit >= 0 && digit <= 9) {
                number = number * 10 + digit;
                if (digit != 0 || point == end) {
                    canonical = number;
                    canonicalScale = Math.max(0, i - point);
                }
            } else if (bytes[i] == '.' && point == end && i > start && i + 1 < end) {
                point = i;
            } else {
                return false;
            }
        }
        compact = true;
        unscaled = minus ? -canonical : canonical;
        scale = canonicalScale;
        return canonicalScale <= Limits.VALUE_FRACTION_DIGITS;
    }

    /** Digits {@code from} to {@code to} as a number, zeros where there are no more. */
    private long number(int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            number = number * 10 + (i < digitCount ? digits[i] : 0);
        }
        return number;
    }

    /** Reads any JSON number of bounded length into digits, point and sign. */
    private boolean scan(byte[] bytes, int offset, int length) {
        if (length > Limits.NUMBER_TEXT_LENGTH) {
            return false;
        }
        int end = offset + length;
        int i = offset;
        negative = i < end && bytes[i] == '-';
        if (negative) {
            i++;
        }
        digitCount = 0;
        pointAt = 0;
        int integerEnd = takeDigits(bytes, i, end, true);
        if (integerEnd == i || (bytes[i] == '0' && integerEnd > i + 1)) {
            return false;
        }
        i = integerEnd;
        if (i < end && bytes[i] == '.') {
            int fractionEnd = takeDigits(bytes, i + 1, end, false);
            if (fractionEnd == i + 1) {
                return false;
            }
            i = fractionEnd;
        }
        if (i < end && !takeExponent(bytes, i, end)) {
            return false;
        }
        while (digitCount > 0 && digits[digitCount - 1] == 0) {
            digitCount--;
        }
        if (digitCount == 0) {
            pointAt = 0;
            negative = false;
        }
        return true;
    }

    /** Appends digits, leading zeros left out, and returns the offset behind them. */
    private int takeDigits(byte[] bytes, int from, int end, boolean beforePoint) {
        int i = from;
        while (i < end && bytes[i] >= '0' && bytes[i] <= '9') {
            boolean leadingZero = digitCount == 0 && bytes[i] == '0';
            if (!leadingZero) {
                digits[digitCount++] = (byte) (bytes[i] - '0');
            }
            if (beforePoint && !leadingZero) {
                pointAt++;
            } else if (!beforePoint && leadingZero) {
                pointAt--;
            }
            i++;
        }
        return i;
    }

    /** Reads an exponent that must reach to the end, and moves the point. */
    private boolean takeExponent(byte[] bytes, int from, int end) {
        int i = from;
        if (bytes[i] != 'e' && bytes[i] != 'E') {
            return false;
        }
        i++;
        boolean minus = i < end && bytes[i] == '-';
        if (i < end && (minus || bytes[i] == '+')) {
            i++;
        }
        if (i == end) {
            return false;
        }
        int exponent = 0;
        for (; i < end; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            exponent = Math.min(EXPONENT_CEILING, exponent * 10 + digit);
        }
        pointAt += minus ? -exponent : exponent;
        return true;
    }

    /**
     * Writes a number of any size as canonical plain text, as properties are kept: no exponent, no superfluous zeros, no
     * negative zero. The result of {@link #parse} is undefined afterwards.
     *
     * @param target room for {@link Limits#NUMBER_TEXT_LENGTH} bytes from {@code targetOffset} on
     * @return the bytes written; -1 when the text is not a decimal, or it or its plain form has more than {@link
     *     Limits#NUMBER_TEXT_LENGTH} characters
     */
    public int writeCanonical(byte[] text, int offset, int length, byte[] target, int targetOffset) {
        if (!scan(text, offset, length)) {
            return -1;
        }
        int integerDigits = Math.max(1, pointAt);
        int fractionDigits = Math.max(0, digitCount - pointAt);
        int size = (negative ? 1 : 0) + integerDigits + (fractionDigits > 0 ? 1 + fractionDigits : 0);
        if (size > Limits.NUMBER_TEXT_LENGTH) {
            return -1;
        }
        int at = targetOffset;
        if (negative) {
            target[at++] = '-';
        }
        int first = Math.min(0, pointAt - 1);
        for (int i = first; i < first + integerDigits; i++) {
            target[at++] = digitAt(pointAt > 0 ? i : -1);
        }
        if (fractionDigits > 0) {
            target[at++] = '.';
            for (int i = pointAt; i < digitCount; i++) {
                target[at++] = digitAt(i);
            }
        }
        return size;
    }

    private byte digitAt(int index) {
        return (byte) ('0' + (index >= 0 && index < digitCount ? digits[index] : 0));
    }

    /** Whether the unscaled value of the last decimal fits into a long. */
    public boolean isCompact() {
        return compact;
    }

    /** The unscaled value of the last decimal, if it is compact. */
    public long unscaledLong() {
        return unscaled;
    }

    /** Digits behind the point of the last decimal, 0 to {@link Limits#VALUE_FRACTION_DIGITS}. */
    public int scale() {
        return scale;
    }

    /** The last decimal. */
    public BigDecimal toBigDecimal() {
        return compact ? BigDecimal.valueOf(unscaled, scale) : new BigDecimal(bigUnscaled, scale);
    }

    /**
     * Writes the unscaled value as {@link RecordLayout} keeps it: two's complement, big-endian, as few bytes as possible.
     *
     * @param target room for 13 bytes from {@code targetOffset} on
     * @return the bytes written, at least 1
     */
    public int writeUnscaled(byte[] target, int targetOffset) {
        if (!compact) {
            byte[] big = bigUnscaled.toByteArray();
            System.arraycopy(big, 0, target, targetOffset, big.length);
            return big.length;
        }
        int size = Long.BYTES - (Long.numberOfLeadingZeros(unscaled ^ (unscaled >> 63)) - 1) / Byte.SIZE;
        for (int i = 0; i < size; i++) {
            target[targetOffset + i] = (byte) (unscaled >> ((size - 1 - i) << 3));
        }
        return size;
    }
}
