package dev.valora.aggregator;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.valora.ingest.Aggregation;
import dev.valora.ingest.EventRecord;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.RecordLayout;
import dev.valora.ingest.VoidRecord;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Journal entries for tests. */
public final class Entries {

    private Entries() {}

    /** The organization with this number. */
    public static OrganizationId organization(int number) {
        return new OrganizationId(new UUID(0x1111_0000_0000_4000L, 0x8000_0000_0000_0000L | number));
    }

    /** A meter of 60-minute windows whose event type is its code. */
    public static MeterDefinition meter(
            OrganizationId organization, String code, Aggregation aggregation, String... dimensions) {
        return new MeterDefinition(organization, code, aggregation, code, null, List.of(dimensions), 60);
    }

    /** A sealed entry. */
    public static byte[] entry(long sequence, Instant accepted, List<byte[]> records) {
        int length = RecordLayout.ENTRY_HEADER_BYTES
                + records.stream().mapToInt(bytes -> bytes.length).sum();
        byte[] entry = new byte[length];
        int at = RecordLayout.ENTRY_HEADER_BYTES;
        for (byte[] bytes : records) {
            System.arraycopy(bytes, 0, entry, at, bytes.length);
            at += bytes.length;
        }
        RecordLayout.sealEntry(entry, length, sequence, Windows.micros(accepted), records.size());
        return entry;
    }

    /** A view over a sealed entry. */
    public static JournalEntry view(byte[] entry) {
        if (!RecordLayout.entryIsIntact(entry, entry.length)) {
            throw new IllegalArgumentException("not an entry");
        }
        JournalEntry view = new JournalEntry();
        view.wrap(entry, entry.length);
        return view;
    }

    /** The void of an event that stands at a packed position. */
    public static byte[] voidOf(Event event, long position) {
        return new VoidRecord(position, new EventRecord().wrap(event.record(), 0), "sent by mistake").encode();
    }

    /**
     * A usage event.
     *
     * @param byType whether the target is an event type, not a meter's code
     * @param properties String, BigDecimal or Boolean
     */
    public record Event(
            OrganizationId organization,
            String customer,
            String target,
            boolean byType,
            @Nullable BigDecimal value,
            Instant at,
            Map<String, Object> properties) {

        public static Event of(OrganizationId organization, String customer, String meter, String at) {
            return new Event(organization, customer, meter, false, null, Instant.parse(at), Map.of());
        }

        public Event value(String decimal) {
            return new Event(organization, customer, target, byType, new BigDecimal(decimal), at, properties);
        }

        public Event byType(String type) {
            return new Event(organization, customer, type, true, value, at, properties);
        }

        public Event at(Instant instant) {
            return new Event(organization, customer, target, byType, value, instant, properties);
        }

        public Event with(String name, Object property) {
            Map<String, Object> more = new TreeMap<>(properties);
            more.put(name, property);
            return new Event(organization, customer, target, byType, value, at, more);
        }

        /** The event as one journal record, where its idempotency key does not matter. */
        public byte[] record() {
            return record("key");
        }

        /** The event as one journal record. */
        public byte[] record(String idempotencyKey) {
            byte[] key = idempotencyKey.getBytes(UTF_8);
            byte[] customerBytes = customer.getBytes(UTF_8);
            byte[] targetBytes = target.getBytes(UTF_8);
            byte[] valueBytes =
                    value == null ? new byte[0] : value.unscaledValue().toByteArray();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.writeBytes(new byte[RecordLayout.EVENT_FIXED_BYTES]);
            out.writeBytes(key);
            out.writeBytes(customerBytes);
            out.writeBytes(targetBytes);
            out.writeBytes(valueBytes);
            new TreeMap<>(properties).forEach((name, property) -> out.writeBytes(property(name, property)));
            byte[] bytes = out.toByteArray();
            RecordLayout.putInt(bytes, RecordLayout.RECORD_LENGTH, bytes.length);
            bytes[RecordLayout.RECORD_TYPE] = RecordLayout.TYPE_EVENT;
            bytes[RecordLayout.EVENT_FLAGS] =
                    (byte) ((byType ? RecordLayout.FLAG_BY_TYPE : 0) | (value == null ? 0 : RecordLayout.FLAG_VALUE));
            bytes[RecordLayout.EVENT_VALUE_SCALE] = (byte) (value == null ? 0 : value.scale());
            bytes[RecordLayout.EVENT_VALUE_BYTES] = (byte) valueBytes.length;
            RecordLayout.putU16(bytes, RecordLayout.EVENT_KEY_LENGTH, key.length);
            RecordLayout.putU16(bytes, RecordLayout.EVENT_CUSTOMER_LENGTH, customerBytes.length);
            RecordLayout.putU16(bytes, RecordLayout.EVENT_TARGET_LENGTH, targetBytes.length);
            RecordLayout.putU16(bytes, RecordLayout.EVENT_PROPERTY_COUNT, properties.size());
            UUID id = organization.value();
            RecordLayout.putLong(bytes, RecordLayout.EVENT_ORGANIZATION_HIGH, id.getMostSignificantBits());
            RecordLayout.putLong(bytes, RecordLayout.EVENT_ORGANIZATION_LOW, id.getLeastSignificantBits());
            RecordLayout.putLong(bytes, RecordLayout.EVENT_TIME, Windows.micros(at));
            return bytes;
        }

        private static byte[] property(String name, Object property) {
            byte[] nameBytes = name.getBytes(UTF_8);
            byte[] text = property instanceof Boolean
                    ? new byte[0]
                    : (property instanceof BigDecimal number ? number.toPlainString() : property.toString())
                            .getBytes(UTF_8);
            byte[] bytes = Arrays.copyOf(
                    new byte[RecordLayout.PROPERTY_FIXED_BYTES],
                    RecordLayout.PROPERTY_FIXED_BYTES + nameBytes.length + text.length);
            bytes[RecordLayout.PROPERTY_KIND] = (byte) kind(property);
            RecordLayout.putU16(bytes, RecordLayout.PROPERTY_NAME_LENGTH, nameBytes.length);
            RecordLayout.putU16(bytes, RecordLayout.PROPERTY_TEXT_LENGTH, text.length);
            System.arraycopy(nameBytes, 0, bytes, RecordLayout.PROPERTY_FIXED_BYTES, nameBytes.length);
            System.arraycopy(text, 0, bytes, RecordLayout.PROPERTY_FIXED_BYTES + nameBytes.length, text.length);
            return bytes;
        }

        private static int kind(Object property) {
            return switch (property) {
                case Boolean flag -> flag ? RecordLayout.KIND_TRUE : RecordLayout.KIND_FALSE;
                case BigDecimal number -> RecordLayout.KIND_NUMBER;
                default -> RecordLayout.KIND_STRING;
            };
        }
    }
}
