package dev.valora.ingest.parse;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** What bytes are UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing beyond U+10FFFF. */
final class Utf8 {

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private Utf8() {}

    /** The offset of the first sequence in [0, length) that is not UTF-8; -1 when there is none. */
    static int firstMalformed(byte[] bytes, int length) {
        int i = 0;
        while (i < length) {
            while (i + Long.BYTES <= length && ((long) LONG.get(bytes, i) & HIGH_BITS) == 0) {
                i += Long.BYTES;
            }
            while (i < length && bytes[i] >= 0) {
                i++;
            }
            while (i < length && bytes[i] < 0) {
                int size = sequenceLength(bytes, i, length);
                if (size == 0) {
                    return i;
                }
                i += size;
            }
        }
        return -1;
    }

    /** Writes a code point that is no surrogate and returns the offset behind it, at most 4 bytes on. */
    static int put(int codePoint, byte[] target, int offset) {
        int at = offset;
        if (codePoint < 0x80) {
            target[at++] = (byte) codePoint;
            return at;
        }
        int trailing = codePoint < 0x800 ? 1 : codePoint < 0x10000 ? 2 : 3;
        int lead = codePoint < 0x800 ? 0xC0 : codePoint < 0x10000 ? 0xE0 : 0xF0;
        target[at++] = (byte) (lead | (codePoint >> (6 * trailing)));
        for (int i = trailing - 1; i >= 0; i--) {
            target[at++] = (byte) (0x80 | ((codePoint >> (6 * i)) & 0x3F));
        }
        return at;
    }

    /** Code points in well-formed bytes. */
    static int codePoints(byte[] bytes, int offset, int length) {
        int count = 0;
        for (int i = offset; i < offset + length; i++) {
            if ((bytes[i] & 0xC0) != 0x80) {
                count++;
            }
        }
        return count;
    }

    /** Bytes of the sequence of two to four bytes at {@code i}; 0 when it is malformed. */
    private static int sequenceLength(byte[] bytes, int i, int length) {
        int lead = bytes[i] & 0xFF;
        if (lead < 0xC2 || lead > 0xF4) {
            return 0;
        }
        int size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (i + size > length) {
            return 0;
        }
        int second = bytes[i + 1] & 0xFF;
        int least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int greatest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        if (second < least || second > greatest) {
            return 0;
        }
        for (int k = 2; k < size; k++) {
            if ((bytes[i + k] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return size;
    }
}
