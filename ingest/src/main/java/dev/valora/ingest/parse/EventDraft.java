package dev.valora.ingest.parse;

import dev.valora.ingest.DecimalText;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.RecordLayout;
import dev.valora.ingest.admission.UsageBatch;
import java.util.Arrays;

/**
 * One event while its members come in, in any order, until it is written as a record. Texts stay where they were read until then;
 * no objects. One thread; reused.
 */
final class EventDraft {

    /** Bytes that must follow the texts in their array, because they are copied eight at a time. */
    static final int PADDING_BYTES = Long.BYTES;

    /** The longest value: 30 digits and a sign. */
    private static final int LONGEST_VALUE = 13;

    private static final byte[] NOTHING = {};

    private final byte[] value = new byte[LONGEST_VALUE];
    private final EventProperties properties = new EventProperties();

    private byte[] texts = NOTHING;
    private int keyOffset;
    private int keyLength;
    private int customerOffset;
    private int customerLength;
    private int targetOffset;
    private int targetLength;
    private int valueLength;
    private int valueScale;
    private int flags;
    private long eventMicros;

    /** Forgets the event before. */
    void clear() {
        keyLength = 0;
        customerLength = 0;
        targetLength = 0;
        valueLength = 0;
        valueScale = 0;
        flags = RecordLayout.FLAG_TIME_DEFAULTED;
        eventMicros = 0;
        properties.clear();
    }

    EventProperties properties() {
        return properties;
    }

    /** Where the texts of the events to come stand; at least {@link #PADDING_BYTES} follow the last of them. */
    void readFrom(byte[] array) {
        texts = array;
    }

    void key(int offset, int length) {
        keyOffset = offset;
        keyLength = length;
    }

    byte[] keyBytes() {
        return Arrays.copyOfRange(texts, keyOffset, keyOffset + keyLength);
    }

    void customer(int offset, int length) {
        customerOffset = offset;
        customerLength = length;
    }

    /** The meter's code, or the event type. */
    void target(int offset, int length, boolean isType) {
        targetOffset = offset;
        targetLength = length;
        flags = isType ? flags | RecordLayout.FLAG_BY_TYPE : flags & ~RecordLayout.FLAG_BY_TYPE;
    }

    void value(DecimalText decimal) {
        valueLength = decimal.writeUnscaled(value, 0);
        valueScale = decimal.scale();
        flags |= RecordLayout.FLAG_VALUE;
    }

    void eventMicros(long micros) {
        eventMicros = micros;
        flags &= ~RecordLayout.FLAG_TIME_DEFAULTED;
    }

    /** Writes the record behind the batch's last one and adds it; the properties must be sorted. Returns its index. */
    int addTo(UsageBatch batch, OrganizationId organization, int indexInRequest) {
        int length = RecordLayout.EVENT_FIXED_BYTES
                + keyLength
                + customerLength
                + targetLength
                + valueLength
                + properties.byteLength();
        batch.ensureRecordRoom(length + PADDING_BYTES);
        byte[] records = batch.records;
        int start = batch.recordsLength();
        RecordLayout.putInt(records, start + RecordLayout.RECORD_LENGTH, length);
        records[start + RecordLayout.RECORD_TYPE] = RecordLayout.TYPE_EVENT;
        records[start + RecordLayout.EVENT_FLAGS] = (byte) flags;
        records[start + RecordLayout.EVENT_VALUE_SCALE] = (byte) valueScale;
        records[start + RecordLayout.EVENT_VALUE_BYTES] = (byte) valueLength;
        RecordLayout.putU16(records, start + RecordLayout.EVENT_KEY_LENGTH, keyLength);
        RecordLayout.putU16(records, start + RecordLayout.EVENT_CUSTOMER_LENGTH, customerLength);
        RecordLayout.putU16(records, start + RecordLayout.EVENT_TARGET_LENGTH, targetLength);
        RecordLayout.putU16(records, start + RecordLayout.EVENT_PROPERTY_COUNT, properties.count());
        RecordLayout.putLong(
                records,
                start + RecordLayout.EVENT_ORGANIZATION_HIGH,
                organization.value().getMostSignificantBits());
        RecordLayout.putLong(
                records,
                start + RecordLayout.EVENT_ORGANIZATION_LOW,
                organization.value().getLeastSignificantBits());
        RecordLayout.putLong(records, start + RecordLayout.EVENT_TIME, eventMicros);
        writeBody(records, start + RecordLayout.EVENT_FIXED_BYTES);
        return batch.add(length, indexInRequest);
    }

    private void writeBody(byte[] records, int start) {
        int at = copy(keyOffset, keyLength, records, start);
        at = copy(customerOffset, customerLength, records, at);
        at = copy(targetOffset, targetLength, records, at);
        for (int i = 0; i < valueLength; i++) {
            records[at + i] = value[i];
        }
        properties.writeTo(records, at + valueLength);
    }

    /** Copies a text, and up to seven bytes more, which what follows overwrites; returns the offset behind it. */
    private int copy(int from, int length, byte[] records, int to) {
        for (int i = 0; i < length; i += Long.BYTES) {
            RecordLayout.putLong(records, to + i, RecordLayout.getLong(texts, from + i));
        }
        return to + length;
    }
}
