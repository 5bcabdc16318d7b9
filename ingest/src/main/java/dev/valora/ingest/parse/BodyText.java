package dev.valora.ingest.parse;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The bytes of one body, looked at eight at a time. Behind the last one stands a zero, which is no character of JSON, so that no
 * loop need ask for the end; who asks for what stands behind that zero has not looked at it. One thread; laid over one body
 * after the other.
 */
final class BodyText {

    /** Bytes that may be read behind the end, the zero among them: the longest name and its quote. */
    static final int PADDING_BYTES = 2 * Long.BYTES;

    /** Where something was looked for that is not there, or is not of the plain form. */
    static final int NOWHERE = -1;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();

    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final long BACKSLASHES = '\\' * ONES;

    /** Turns a quote into a blank, a blank and an exclamation mark into what lies above, and no control character into another. */
    private static final long QUOTES_TO_BLANKS = ('"' ^ ' ') * ONES;

    private static final long ABOVE_BLANKS = (' ' + 1) * ONES;

    private static final byte[] NOTHING = {};

    private byte[] bytes = NOTHING;
    private byte[] copy = NOTHING;
    private int length;

    /** All that strings had, one over the other: whether any byte of them is not ASCII. */
    private long seen;

    /** Begins a body. What stands behind it in its array may be overwritten; where there is too little, it is copied. */
    void wrap(byte[] body, int bodyLength) {
        if (body.length - bodyLength >= PADDING_BYTES) {
            bytes = body;
        } else {
            if (copy.length < bodyLength + PADDING_BYTES) {
                copy = new byte[bodyLength + PADDING_BYTES];
            }
            System.arraycopy(body, 0, copy, 0, bodyLength);
            bytes = copy;
        }
        bytes[bodyLength] = 0;
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
        return bytes[offset];
    }

    /** The first offset from {@code offset} on where no white space stands. */
    int skipBlanks(int offset) {
        // Most senders leave none.
        return bytes[offset] > ' ' ? offset : behindBlanks(offset);
    }

    private int behindBlanks(int offset) {
        int at = offset;
        while (isBlank(bytes[at])) {
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
        for (int at = offset; ; at += Long.BYTES) {
            long word = word(at);
            seen |= word;
            long stops = ((word ^ QUOTES_TO_BLANKS) - ABOVE_BLANKS | (word ^ BACKSLASHES) - ONES) & ~word & HIGH_BITS;
            if (stops != 0) {
                int stop = at + (Long.numberOfTrailingZeros(stops) >>> 3);
                return bytes[stop] == '"' ? stop : NOWHERE;
            }
        }
    }

    /** Where the characters end of which numbers consist. */
    int numberEnd(int offset) {
        int at = offset;
        while (isOfNumber(bytes[at])) {
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
        return Arrays.equals(bytes, offset, offset + expected.length, expected, 0, expected.length);
    }

    /** Eight bytes, the first in the lowest; some of them may stand behind the end. */
    long word(int offset) {
        return (long) LONG.get(bytes, offset);
    }

    /** Whether every string looked at was ASCII; false too where bytes behind the end, or of other strings, are not. */
    boolean isAscii() {
        return (seen & HIGH_BITS) == 0;
    }
}
