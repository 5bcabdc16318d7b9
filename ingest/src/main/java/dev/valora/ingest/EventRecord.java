package dev.valora.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A window onto one event record. Offsets are into the wrapped array; the accessors that return objects allocate. Reused by
 * its owner's thread.
 */
public final class EventRecord {

    private byte[] bytes = new byte[RecordLayout.EVENT_FIXED_BYTES];
    private int offset;

    /** Lays this view over the record that starts at {@code recordOffset}. */
    public EventRecord wrap(byte[] array, int recordOffset) {
        this.bytes = array;
        this.offset = recordOffset;
        return this;
    }

    public byte[] bytes() {
        return bytes;
    }

    public int offset() {
        return offset;
    }

    /** Bytes of the whole record. */
    public int length() {
        return RecordLayout.getInt(bytes, offset + RecordLayout.RECORD_LENGTH);
    }

    public boolean isByType() {
        return hasFlag(RecordLayout.FLAG_BY_TYPE);
    }

    public boolean hasValue() {
        return hasFlag(RecordLayout.FLAG_VALUE);
    }

    public boolean isTimeDefaulted() {
        return hasFlag(RecordLayout.FLAG_TIME_DEFAULTED);
    }

    private boolean hasFlag(int flag) {
        return (bytes[offset + RecordLayout.EVENT_FLAGS] & flag) != 0;
    }

    public long organizationHigh() {
        return RecordLayout.getLong(bytes, offset + RecordLayout.EVENT_ORGANIZATION_HIGH);
    }

    public long organizationLow() {
        return RecordLayout.getLong(bytes, offset + RecordLayout.EVENT_ORGANIZATION_LOW);
    }

    public OrganizationId organization() {
        return new OrganizationId(new UUID(organizationHigh(), organizationLow()));
    }

    /** Microseconds since the epoch. */
    public long eventMicros() {
        return RecordLayout.getLong(bytes, offset + RecordLayout.EVENT_TIME);
    }

    public int keyOffset() {
        return offset + RecordLayout.EVENT_FIXED_BYTES;
    }

    public int keyLength() {
        return RecordLayout.getU16(bytes, offset + RecordLayout.EVENT_KEY_LENGTH);
    }

    public int customerOffset() {
        return keyOffset() + keyLength();
    }

    public int customerLength() {
        return RecordLayout.getU16(bytes, offset + RecordLayout.EVENT_CUSTOMER_LENGTH);
    }

    /** Where the meter's code, or the event type, stands. */
    public int targetOffset() {
        return customerOffset() + customerLength();
    }

    public int targetLength() {
        return RecordLayout.getU16(bytes, offset + RecordLayout.EVENT_TARGET_LENGTH);
    }

    public int valueOffset() {
        return targetOffset() + targetLength();
    }

    /** Bytes of the unscaled value; 0 when there is no value. */
    public int valueLength() {
        return RecordLayout.getU8(bytes, offset + RecordLayout.EVENT_VALUE_BYTES);
    }

    /** Digits after the decimal point, 0 to {@link Limits#VALUE_FRACTION_DIGITS}. */
    public int valueScale() {
        return RecordLayout.getU8(bytes, offset + RecordLayout.EVENT_VALUE_SCALE);
    }

    /** Whether the unscaled value fits into a long, see {@link #unscaledLong}. */
    public boolean isValueCompact() {
        return valueLength() <= Long.BYTES;
    }

    /** The unscaled value of a compact one. */
    public long unscaledLong() {
        int start = valueOffset();
        int size = valueLength();
        long unscaled = size == 0 ? 0 : bytes[start];
        for (int i = 1; i < size; i++) {
            unscaled = (unscaled << 8) | (bytes[start + i] & 0xFF);
        }
        return unscaled;
    }

    /** The value; null when the event carries none. */
    public @Nullable BigDecimal value() {
        if (!hasValue()) {
            return null;
        }
        return isValueCompact()
                ? BigDecimal.valueOf(unscaledLong(), valueScale())
                : new BigDecimal(new BigInteger(bytes, valueOffset(), valueLength()), valueScale());
    }

    public String key() {
        return new String(bytes, keyOffset(), keyLength(), UTF_8);
    }

    public String customer() {
        return new String(bytes, customerOffset(), customerLength(), UTF_8);
    }

    /** The meter's code, or the event type when {@link #isByType}. */
    public String target() {
        return new String(bytes, targetOffset(), targetLength(), UTF_8);
    }

    public int propertyCount() {
        return RecordLayout.getU16(bytes, offset + RecordLayout.EVENT_PROPERTY_COUNT);
    }

    /** Offset of the first property; equal to the end of the record when there is none. */
    public int firstProperty() {
        return valueOffset() + valueLength();
    }

    /** Offset behind the property at {@code property}. */
    public int nextProperty(int property) {
        return propertyText(property) + propertyTextLength(property);
    }

    /** One of the {@code KIND_} constants of {@link RecordLayout}. */
    public int propertyKind(int property) {
        return RecordLayout.getU8(bytes, property + RecordLayout.PROPERTY_KIND);
    }

    public int propertyName(int property) {
        return property + RecordLayout.PROPERTY_FIXED_BYTES;
    }

    public int propertyNameLength(int property) {
        return RecordLayout.getU16(bytes, property + RecordLayout.PROPERTY_NAME_LENGTH);
    }

    public int propertyText(int property) {
        return propertyName(property) + propertyNameLength(property);
    }

    public int propertyTextLength(int property) {
        return RecordLayout.getU16(bytes, property + RecordLayout.PROPERTY_TEXT_LENGTH);
    }

    /** The offset of the property with this name (UTF-8 bytes); -1 when the event has none. */
    public int findProperty(byte[] name) {
        int property = firstProperty();
        for (int i = 0; i < propertyCount(); i++) {
            int start = propertyName(property);
            int size = propertyNameLength(property);
            if (java.util.Arrays.equals(bytes, start, start + size, name, 0, name.length)) {
                return property;
            }
            property = nextProperty(property);
        }
        return -1;
    }

    /** The text of a property as a dimension shows it: strings as they are, numbers canonical, {@code true} or {@code false}. */
    public String propertyString(int property) {
        return switch (propertyKind(property)) {
            case RecordLayout.KIND_TRUE -> "true";
            case RecordLayout.KIND_FALSE -> "false";
            default -> new String(bytes, propertyText(property), propertyTextLength(property), UTF_8);
        };
    }
}
