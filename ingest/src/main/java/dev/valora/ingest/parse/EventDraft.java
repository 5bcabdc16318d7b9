package dev.valora.ingest.parse;

import dev.valora.ingest.DecimalText;
import dev.valora.ingest.Limits;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.RecordLayout;
import dev.valora.ingest.admission.UsageBatch;
import java.util.Arrays;

/**
 * One event while its members come in, in any order, until it is written as a record. Holds copies only, no objects. One
 * thread; reused.
 */
final class EventDraft {

    private static final int LONGEST_KEY = 4 * Limits.KEY_LENGTH;

    /** The longest value: 30 digits and a sign. */
    private static final int LONGEST_VALUE = 13;

    private final byte[] key = new byte[LONGEST_KEY];
    private final byte[] customer = new byte[LONGEST_KEY];
    private final byte[] target = new byte[LONGEST_KEY];
    private final byte[] value = new byte[LONGEST_VALUE];
    private final EventProperties properties = new EventProperties();

    private int keyLength;
    private int customerLength;
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

    void key(byte[] text, int offset, int length) {
        System.arraycopy(text, offset, key, 0, length);
        keyLength = length;
    }

    byte[] keyBytes() {
        return Arrays.copyOf(key, keyLength);
    }

    void customer(byte[] text, int offset, int length) {
        System.arraycopy(text, offset, customer, 0, length);
        customerLength = length;
    }

    /** The meter's code, or the event type. */
    void target(byte[] text, int offset, int length, boolean isType) {
        System.arraycopy(text, offset, target, 0, length);
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
        batch.ensureRecordRoom(length);
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
        int at = start;
        System.arraycopy(key, 0, records, at, keyLength);
        at += keyLength;
        System.arraycopy(customer, 0, records, at, customerLength);
        at += customerLength;
        System.arraycopy(target, 0, records, at, targetLength);
        at += targetLength;
        System.arraycopy(value, 0, records, at, valueLength);
        properties.writeTo(records, at + valueLength);
    }
}
