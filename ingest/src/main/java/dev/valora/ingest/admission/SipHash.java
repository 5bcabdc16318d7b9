package dev.valora.ingest.admission;

import dev.valora.ingest.RecordLayout;

/**
 * SipHash-2-4 of Aumasson and Bernstein with 128 bits: a keyed hash that nobody can make collide without the key. A message is
 * some 64-bit words (little-endian) followed by a range of bytes, so that a record can be hashed where it stands with fields
 * replaced. Keeps the last result; one thread.
 */
final class SipHash {

    /** Constants, so that the loops over them are unrolled. */
    private static final int COMPRESSION_ROUNDS = 2;

    private static final int FINALIZATION_ROUNDS = 4;

    private final long key0;
    private final long key1;

    private long first;
    private long second;

    SipHash(long key0, long key1) {
        this.key0 = key0;
        this.key1 = key1;
    }

    /** The first 64 bits of the last result. */
    long first() {
        return first;
    }

    /** The second 64 bits of the last result. */
    long second() {
        return second;
    }

    /** Hashes the first {@code wordCount} words, then {@code length} bytes. */
    void hash(long[] words, int wordCount, byte[] bytes, int offset, int length) {
        long v0 = key0 ^ 0x736f6d6570736575L;
        long v1 = key1 ^ 0x646f72616e646f6dL ^ 0xee;
        long v2 = key0 ^ 0x6c7967656e657261L;
        long v3 = key1 ^ 0x7465646279746573L;
        int wholeWords = wordCount + (length >>> 3);
        for (int i = 0; i <= wholeWords; i++) {
            long m;
            if (i < wordCount) {
                m = words[i];
            } else if (i < wholeWords) {
                m = RecordLayout.getLong(bytes, offset + ((i - wordCount) << 3));
            } else {
                m = lastWord(wordCount, bytes, offset, length);
            }
            v3 ^= m;
            for (int round = 0; round < COMPRESSION_ROUNDS; round++) {
                v0 += v1;
                v2 += v3;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 = Long.rotateLeft(v0, 32) + v3;
                v2 += v1;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 = Long.rotateLeft(v2, 32);
            }
            v0 ^= m;
        }
        finish(v0, v1, v2 ^ 0xee, v3);
    }

    private void finish(long state0, long state1, long state2, long state3) {
        long v0 = state0;
        long v1 = state1;
        long v2 = state2;
        long v3 = state3;
        for (int half = 0; half < 2; half++) {
            for (int round = 0; round < FINALIZATION_ROUNDS; round++) {
                v0 += v1;
                v2 += v3;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 = Long.rotateLeft(v0, 32) + v3;
                v2 += v1;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 = Long.rotateLeft(v2, 32);
            }
            first = half == 0 ? v0 ^ v1 ^ v2 ^ v3 : first;
            second = v0 ^ v1 ^ v2 ^ v3;
            v1 ^= 0xdd;
        }
    }

    /** The bytes that fill no word, and the message's length modulo 256 on top. */
    private static long lastWord(int wordCount, byte[] bytes, int offset, int length) {
        int rest = length & 7;
        int end = offset + length;
        long word = (long) (wordCount * Long.BYTES + length) << 56;
        if (rest > 0 && end >= Long.BYTES) {
            return word | RecordLayout.getLong(bytes, end - Long.BYTES) >>> (Long.SIZE - rest * Byte.SIZE);
        }
        for (int i = 0; i < rest; i++) {
            word |= (bytes[end - rest + i] & 0xFFL) << (i << 3);
        }
        return word;
    }
}
