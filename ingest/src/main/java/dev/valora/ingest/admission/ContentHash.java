package dev.valora.ingest.admission;

import dev.valora.ingest.RecordLayout;

/**
 * The fingerprint of a record's content: 64 bits of a keyed hash that multiplies two words at a time and folds the product, in two
 * lanes that do not wait for each other. It tells contents of one and the same key apart, and who does not know the secret cannot
 * aim at a collision, which would only hide that sender's own conflict; so it need not be as strong as the hash of keys. Keeps
 * nothing; any thread.
 */
final class ContentHash {

    private static final int BLOCK_BYTES = 4 * Long.BYTES;

    private final long key0;
    private final long key1;
    private final long key2;
    private final long key3;

    /** @param keys four secret words */
    ContentHash(long[] keys) {
        key0 = keys[0];
        key1 = keys[1];
        key2 = keys[2];
        key3 = keys[3];
    }

    /**
     * Hashes an event record whose first word, and whose event time, are replaced.
     *
     * @param length bytes of the record, at least those of its fixed part
     */
    long hash(byte[] bytes, int offset, int length, long firstWord, long eventMicros) {
        long left = fold(firstWord ^ key1, word(bytes, offset + RecordLayout.EVENT_KEY_LENGTH) ^ key0 ^ length);
        long right = fold(
                word(bytes, offset + RecordLayout.EVENT_ORGANIZATION_HIGH) ^ key2,
                word(bytes, offset + RecordLayout.EVENT_ORGANIZATION_LOW) ^ key3);
        left = fold(eventMicros ^ key1, left ^ key0);
        int at = offset + RecordLayout.EVENT_FIXED_BYTES;
        int end = offset + length;
        while (at + BLOCK_BYTES <= end) {
            left = fold(word(bytes, at) ^ key1, word(bytes, at + 8) ^ left);
            right = fold(word(bytes, at + 16) ^ key2, word(bytes, at + 24) ^ right);
            at += BLOCK_BYTES;
        }
        while (at + Long.BYTES <= end) {
            left = fold(word(bytes, at) ^ key3, left ^ key0);
            at += Long.BYTES;
        }
        if (at < end) {
            right = fold(word(bytes, end - Long.BYTES) >>> ((at + Long.BYTES - end) * Byte.SIZE) ^ key0, right ^ key3);
        }
        return fold(left ^ key2, right ^ key1);
    }

    private static long word(byte[] bytes, int offset) {
        return RecordLayout.getLong(bytes, offset);
    }

    private static long fold(long one, long other) {
        return one * other ^ Math.unsignedMultiplyHigh(one, other);
    }
}
