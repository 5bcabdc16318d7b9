package dev.valora.aggregator.fold;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.valora.ingest.EventRecord;
import dev.valora.ingest.RecordLayout;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Whose usage a window holds, and of what dimensions, as bytes that are equal exactly when both are. Reused; one thread.
 *
 * <pre>
 * customer length u16 | customer | for each dimension of the meter: value length + 1 u16 (0 = the event lacks it) | value
 * </pre>
 */
final class WindowSubject {

    private static final byte[] TRUE = "true".getBytes(UTF_8);
    private static final byte[] FALSE = "false".getBytes(UTF_8);

    private byte[] bytes = new byte[256];
    private int length;

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    /** Lays out what the meter takes of the event. */
    void read(EventRecord event, FedMeter meter) {
        length = 0;
        put(event.customerLength(), event.bytes(), event.customerOffset(), event.customerLength());
        for (byte[] name : meter.dimensionNames()) {
            int property = event.findProperty(name);
            if (property < 0) {
                put(0, bytes, 0, 0);
            } else {
                putValue(event, property);
            }
        }
    }

    private void putValue(EventRecord event, int property) {
        switch (event.propertyKind(property)) {
            case RecordLayout.KIND_TRUE -> put(TRUE.length + 1, TRUE, 0, TRUE.length);
            case RecordLayout.KIND_FALSE -> put(FALSE.length + 1, FALSE, 0, FALSE.length);
            default -> {
                int size = event.propertyTextLength(property);
                put(size + 1, event.bytes(), event.propertyText(property), size);
            }
        }
    }

    private void put(int mark, byte[] from, int offset, int size) {
        if (length + Short.BYTES + size > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + Short.BYTES + size));
        }
        RecordLayout.putU16(bytes, length, mark);
        System.arraycopy(from, offset, bytes, length + Short.BYTES, size);
        length += Short.BYTES + size;
    }

    static String customer(byte[] subject) {
        return new String(subject, Short.BYTES, RecordLayout.getU16(subject, 0), UTF_8);
    }

    static SortedMap<String, String> dimensions(byte[] subject, List<String> names) {
        if (names.isEmpty()) {
            return Collections.emptySortedMap();
        }
        SortedMap<String, String> dimensions = new TreeMap<>();
        int at = Short.BYTES + RecordLayout.getU16(subject, 0);
        for (String name : names) {
            int mark = RecordLayout.getU16(subject, at);
            at += Short.BYTES;
            if (mark > 0) {
                dimensions.put(name, new String(subject, at, mark - 1, UTF_8));
                at += mark - 1;
            }
        }
        return dimensions;
    }
}
