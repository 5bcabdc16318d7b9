package dev.valora.ingest.parse;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The bytes of one body, looked at eight at a time. Offsets behind the end read as {@link #END}, which is no character of JSON. One
 * thread; laid over one body after the other.
 */
final class BodyText {

    /** What is said to stand at and behind the end. */
    static final byte END = 0;

    /** Where something was looked for that is not there, or is not of the plain form. */
    static final int NOWHERE = -1;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();

    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final long QUOTES = '"' * ONES;
    private static final long BACKSLASHES = '\\' * ONES;
    private static final long BLANKS = ' ' * ONES;

    private static final byte[] NOTHING = {};

    private byte[] bytes = NOTHING;
    private int length;

    /** All that strings had, one over the other: whether any byte of them is not ASCII. */
    private long seen;

    /** Begins a body, which is not changed. */
    void wrap(byte[] body, int bodyLength) {
        bytes = body;
        length = bodyLength;
        seen = 0;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    byte at(int offset) {
        return offset < length ? bytes[offset] : END;
    }

    /** The first offset from {@code offset} on where no white space stands. */
    int skipBlanks(int offset) {
        int at = offset;
        while (at < length && isBlank(bytes[at])) {
            at++;
        }
        return at;
    }

    private static boolean isBlank(byte character) {
        return character == ' ' || character == '\n' || character == '\r' || character == '\t';
    }

    /**
     * Where the string that starts at {@code offset}, behind its quote, ends: the offset of the closing quote. {@link #NOWHERE} if
     * anything in it is escaped, or must be.
     */
    int closingQuote(int offset) {
        int at = offset;
        while (at + Long.BYTES <= length) {
            long word = (long) LONG.get(bytes, at);
            seen |= word;
            long stops = zeros(word ^ QUOTES) | zeros(word ^ BACKSLASHES) | ((word - BLANKS) & ~word & HIGH_BITS);
            if (stops != 0) {
                int stop = at + (Long.numberOfTrailingZeros(stops) >>> 3);
                return bytes[stop] == '"' ? stop : NOWHERE;
            }
            at += Long.BYTES;
        }
        while (at < length) {
            byte character = bytes[at];
            seen |= character;
            if (character == '"') {
                return at;
            }
            if (character == '\\' || (character >= 0 && character < ' ')) {
                return NOWHERE;
            }
            at++;
        }
        return NOWHERE;
    }

    /** The high bit of each byte that is zero; above the lowest of them also of others. */
    private static long zeros(long word) {
        return (word - ONES) & ~word & HIGH_BITS;
    }

    /** Where the characters end of which numbers consist. */
    int numberEnd(int offset) {
        int at = offset;
        while (at < length && isOfNumber(bytes[at])) {
            at++;
        }
        return at;
    }

    private static boolean isOfNumber(byte character) {
        return (character >= '0' && character <= '9')
                || character == '.'
                || character == '-'
                || character == '+'
                || character == 'e'
                || character == 'E';
    }

    /** Whether these bytes stand at {@code offset}. */
    boolean holds(byte[] expected, int offset) {
        return offset + expected.length <= length
                && java.util.Arrays.equals(bytes, offset, offset + expected.length, expected, 0, expected.length);
    }

    /** Eight bytes, the first in the lowest; there must be so many. */
    long word(int offset) {
        return (long) LONG.get(bytes, offset);
    }

    /** Whether every string looked at was ASCII, as far as eight bytes behind them. */
    boolean isAscii() {
        return (seen & HIGH_BITS) == 0;
    }
}
