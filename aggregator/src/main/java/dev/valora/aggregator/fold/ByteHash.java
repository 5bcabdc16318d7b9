package dev.valora.aggregator.fold;

import dev.valora.ingest.RecordLayout;

/** A fast 64-bit hash of short byte strings. The seed keeps senders from choosing customers that collide. */
final class ByteHash {

    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private ByteHash() {}

    static long of(byte[] bytes, int offset, int length, long seed) {
        long hash = seed + length * MULTIPLIER;
        int at = offset;
        int end = offset + length;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            hash = mix(hash ^ RecordLayout.getLong(bytes, at));
        }
        long tail = 0;
        for (; at < end; at++) {
            tail = (tail << 8) | (bytes[at] & 0xFF);
        }
        return mix(hash ^ tail);
    }

    /** Spreads every bit over the whole word. */
    static long mix(long word) {
        long folded = Math.unsignedMultiplyHigh(word, MULTIPLIER) ^ (word * MULTIPLIER);
        return folded ^ (folded >>> 29);
    }
}
