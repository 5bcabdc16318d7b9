package dev.valora.ingest.parse;

import dev.valora.ingest.DecimalText;
import dev.valora.ingest.Limits;
import dev.valora.ingest.RecordLayout;
import java.util.Arrays;

/**
 * The properties of one event as they stand in a record, kept sorted by the bytes of their names. A property is begun with its
 * name and then gets its value; one that is begun and gets none is forgotten by the next. One thread; reused.
 */
final class EventProperties {

    private byte[] bytes = new byte[1024];
    private int length;

    /** Where the properties start in {@link #bytes}, in the order of their names. */
    private final int[] starts = new int[Limits.EVENT_PROPERTIES];

    private int count;

    /** Whether the order of names is the order in which they came. */
    private boolean inOrder;

    void clear() {
        length = 0;
        count = 0;
        inOrder = true;
    }

    int count() {
        return count;
    }

    int byteLength() {
        return length;
    }

    boolean isFull() {
        return count == starts.length;
    }

    /** Begins a property. */
    void name(byte[] name, int offset, int nameLength) {
        room(length + RecordLayout.PROPERTY_FIXED_BYTES + nameLength);
        RecordLayout.putU16(bytes, length + RecordLayout.PROPERTY_NAME_LENGTH, nameLength);
        System.arraycopy(name, offset, bytes, length + RecordLayout.PROPERTY_FIXED_BYTES, nameLength);
    }

    /** Ends the property with a string. False when its name was there before; it is then not added. */
    boolean string(byte[] text, int offset, int textLength) {
        room(textAt() + textLength);
        System.arraycopy(text, offset, bytes, textAt(), textLength);
        return add(RecordLayout.KIND_STRING, textLength);
    }

    /** Whether the text is a number that a property may have; it is then ready for {@link #number}. -1 when it is not. */
    int canonicalLength(byte[] text, int offset, int textLength, DecimalText decimal) {
        room(textAt() + Limits.NUMBER_TEXT_LENGTH);
        return decimal.writeCanonical(text, offset, textLength, /* target= */ bytes, textAt());
    }

    /** Ends the property with the number that {@link #canonicalLength} has written. */
    boolean number(int textLength) {
        return add(RecordLayout.KIND_NUMBER, textLength);
    }

    boolean bool(boolean value) {
        return add(value ? RecordLayout.KIND_TRUE : RecordLayout.KIND_FALSE, 0);
    }

    private int textAt() {
        return length + RecordLayout.PROPERTY_FIXED_BYTES + nameLength(length);
    }

    private int nameLength(int start) {
        return RecordLayout.getU16(bytes, start + RecordLayout.PROPERTY_NAME_LENGTH);
    }

    private void room(int end) {
        if (bytes.length < end) {
            bytes = Arrays.copyOf(bytes, Math.max(end, bytes.length * 2));
        }
    }

    private boolean add(int kind, int textLength) {
        int place = place(length);
        if (place < 0) {
            return false;
        }
        bytes[length + RecordLayout.PROPERTY_KIND] = (byte) kind;
        RecordLayout.putU16(bytes, length + RecordLayout.PROPERTY_TEXT_LENGTH, textLength);
        System.arraycopy(starts, place, starts, place + 1, count - place);
        starts[place] = length;
        inOrder &= place == count;
        length = textAt() + textLength;
        count++;
        return true;
    }

    /** Where among the sorted the property at {@code start} belongs; -1 when its name is there. Senders mostly sort. */
    private int place(int start) {
        if (count == 0) {
            return 0;
        }
        int low = 0;
        int high = count;
        int middle = count - 1;
        while (low < high) {
            int order = compareNames(start, starts[middle]);
            if (order == 0) {
                return -1;
            }
            if (order > 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
            middle = (low + high) >>> 1;
        }
        return low;
    }

    private int compareNames(int one, int other) {
        int oneName = one + RecordLayout.PROPERTY_FIXED_BYTES;
        int otherName = other + RecordLayout.PROPERTY_FIXED_BYTES;
        return Arrays.compareUnsigned(
                bytes, oneName, oneName + nameLength(one), bytes, otherName, otherName + nameLength(other));
    }

    /** Writes all properties in the order of their names. */
    void writeTo(byte[] target, int offset) {
        if (inOrder) {
            System.arraycopy(bytes, 0, target, offset, length);
            return;
        }
        int at = offset;
        for (int i = 0; i < count; i++) {
            int start = starts[i];
            int size = RecordLayout.PROPERTY_FIXED_BYTES
                    + nameLength(start)
                    + RecordLayout.getU16(bytes, start + RecordLayout.PROPERTY_TEXT_LENGTH);
            System.arraycopy(bytes, start, target, at, size);
            at += size;
        }
    }
}
