package dev.valora.aggregator.fold;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A map from byte strings, looked up by a stretch of an array without making an object. Open addressing; one thread. */
final class BytesIndex<V> {

    private static final int CAPACITY_MIN = 8;

    private byte[][] keys = new byte[CAPACITY_MIN][];
    private @Nullable Object[] values = new Object[CAPACITY_MIN];
    private int size;

    /** The value of the key {@code bytes[offset, offset + length)}; null when there is none. */
    @Nullable
    V find(byte[] bytes, int offset, int length) {
        return valueAt(slot(keys, bytes, offset, length));
    }

    /** Adds or replaces. The key array belongs to the index from here on. */
    void put(byte[] key, V value) {
        if ((size + 1) * 2 > keys.length) {
            grow();
        }
        int slot = slot(keys, key, 0, key.length);
        if (values[slot] == null) {
            keys[slot] = key;
            size++;
        }
        values[slot] = value;
    }

    @SuppressWarnings("unchecked") // only put writes values
    private @Nullable V valueAt(int slot) {
        return (V) values[slot];
    }

    private void grow() {
        byte[][] moreKeys = new byte[keys.length * 2][];
        @Nullable Object[] moreValues = new Object[keys.length * 2];
        for (int i = 0; i < keys.length; i++) {
            if (values[i] != null) {
                int slot = slot(moreKeys, keys[i], 0, keys[i].length);
                moreKeys[slot] = keys[i];
                moreValues[slot] = values[i];
            }
        }
        keys = moreKeys;
        values = moreValues;
    }

    /** The slot that holds the key, or the free one where it belongs; there always is one, see {@link #put}. */
    private static int slot(byte[][] keys, byte[] bytes, int offset, int length) {
        int mask = keys.length - 1;
        int slot = (int) ByteHash.of(bytes, offset, length, 0) & mask;
        while (isOther(keys[slot], bytes, offset, length)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private static boolean isOther(byte @Nullable [] key, byte[] bytes, int offset, int length) {
        return key != null && !Arrays.equals(key, 0, key.length, bytes, offset, offset + length);
    }
}
