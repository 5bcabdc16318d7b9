package dev.valora.ingest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The entry whose bytes are kept in {@code golden/journal-v1}: one record of each kind. A change that makes these bytes come
 * out differently, or not be read any more, breaks every journal there is.
 */
public final class GoldenEntry {

    public static final long SEQUENCE = 4_294_967_297L;
    public static final long ACCEPTED_MICROS = 1_793_443_322_000_007L;

    static final OrganizationId ORGANIZATION =
            new OrganizationId(UUID.fromString("0198f3a2-5b7c-7d11-9e44-8a6b2c3d4e5f"));
    static final MeterDefinition TOKENS = new MeterDefinition(
            ORGANIZATION, "tokens", Aggregation.SUM, "llm.call", null, List.of("model", "région"), 60);
    static final MeterDefinition SEATS =
            new MeterDefinition(ORGANIZATION, "seats.peak", Aggregation.MAX, "seats.peak", "seats", List.of(), 15);
    static final MeterRecords.Archived ARCHIVED = new MeterRecords.Archived(ORGANIZATION, "tokens");

    /** A number with all the digits that are allowed. */
    static final BigDecimal LONGEST = new BigDecimal("-999999999999999999.999999999999");

    /** A property as it stands in a record. */
    record Property(int kind, String name, String text) {}

    private GoldenEntry() {}

    /** The records, one behind the other. */
    static List<byte[]> records() {
        return List.of(
                MeterRecords.encode(TOKENS),
                MeterRecords.encode(SEATS),
                event(
                        0,
                        "key-1",
                        "customer-1",
                        "tokens",
                        new BigDecimal("12.5"),
                        1_793_443_200_000_001L,
                        new Property(RecordLayout.KIND_STRING, "model", "gpt-4"),
                        new Property(RecordLayout.KIND_NUMBER, "temperature", "0.7")),
                event(
                        RecordLayout.FLAG_BY_TYPE | RecordLayout.FLAG_TIME_DEFAULTED,
                        "clé-2 \uD83D\uDD11",
                        "c",
                        "llm.call",
                        null,
                        ACCEPTED_MICROS,
                        new Property(RecordLayout.KIND_FALSE, "cached", ""),
                        new Property(RecordLayout.KIND_TRUE, "stream", "")),
                event(0, "k", "customer-1", "seats.peak", LONGEST, -1, new Property(RecordLayout.KIND_STRING, "", "")),
                MeterRecords.encode(ARCHIVED));
    }

    /** The same records in an entry with another place. */
    public static byte[] entry(long sequence, long acceptedMicros) {
        List<byte[]> records = records();
        byte[] bytes = new byte
                [RecordLayout.ENTRY_HEADER_BYTES
                        + records.stream().mapToInt(record -> record.length).sum()];
        int at = RecordLayout.ENTRY_HEADER_BYTES;
        for (byte[] record : records) {
            System.arraycopy(record, 0, bytes, at, record.length);
            at += record.length;
        }
        RecordLayout.sealEntry(bytes, bytes.length, sequence, acceptedMicros, records.size());
        return bytes;
    }

    /** The void of the golden entry's fourth record, an event by type. */
    static VoidRecord voided() {
        return new VoidRecord(
                Position.pack(SEQUENCE, 3),
                new EventRecord().wrap(records().get(3), 0),
                "doppelt gez\u00e4hlt \uD83D\uDE2C");
    }

    /** An entry with a void. */
    static byte[] voidEntry() {
        byte[] record = voided().encode();
        byte[] bytes = new byte[RecordLayout.ENTRY_HEADER_BYTES + record.length];
        System.arraycopy(record, 0, bytes, RecordLayout.ENTRY_HEADER_BYTES, record.length);
        RecordLayout.sealEntry(bytes, bytes.length, SEQUENCE + 2, ACCEPTED_MICROS + 2, 1);
        return bytes;
    }

    /** An entry without records. */
    static byte[] tick() {
        byte[] bytes = new byte[RecordLayout.ENTRY_HEADER_BYTES];
        RecordLayout.sealEntry(bytes, bytes.length, SEQUENCE + 1, ACCEPTED_MICROS + 1, 0);
        return bytes;
    }

    /** The kept bytes of {@code golden/journal-v1/<name>}. */
    static byte[] kept(String name) throws IOException {
        try (InputStream in = GoldenEntry.class.getResourceAsStream("/golden/journal-v1/" + name)) {
            if (in == null) {
                throw new IOException("no golden file " + name);
            }
            return HexFormat.of().parseHex(new String(in.readAllBytes(), US_ASCII).replaceAll("\\s", ""));
        }
    }

    private static byte[] event(
            int flags,
            String key,
            String customer,
            String target,
            @Nullable BigDecimal value,
            long eventMicros,
            Property... properties) {
        byte[] unscaled = value == null ? new byte[0] : value.unscaledValue().toByteArray();
        byte[] record = new byte[1_000];
        record[RecordLayout.RECORD_TYPE] = RecordLayout.TYPE_EVENT;
        record[RecordLayout.EVENT_FLAGS] = (byte) (value == null ? flags : flags | RecordLayout.FLAG_VALUE);
        record[RecordLayout.EVENT_VALUE_SCALE] = (byte) (value == null ? 0 : value.scale());
        record[RecordLayout.EVENT_VALUE_BYTES] = (byte) unscaled.length;
        RecordLayout.putU16(record, RecordLayout.EVENT_KEY_LENGTH, key.getBytes(UTF_8).length);
        RecordLayout.putU16(record, RecordLayout.EVENT_CUSTOMER_LENGTH, customer.getBytes(UTF_8).length);
        RecordLayout.putU16(record, RecordLayout.EVENT_TARGET_LENGTH, target.getBytes(UTF_8).length);
        RecordLayout.putU16(record, RecordLayout.EVENT_PROPERTY_COUNT, properties.length);
        UUID organization = ORGANIZATION.value();
        RecordLayout.putLong(record, RecordLayout.EVENT_ORGANIZATION_HIGH, organization.getMostSignificantBits());
        RecordLayout.putLong(record, RecordLayout.EVENT_ORGANIZATION_LOW, organization.getLeastSignificantBits());
        RecordLayout.putLong(record, RecordLayout.EVENT_TIME, eventMicros);
        int end = RecordLayout.EVENT_FIXED_BYTES;
        for (byte[] part : List.of(key.getBytes(UTF_8), customer.getBytes(UTF_8), target.getBytes(UTF_8), unscaled)) {
            end = put(record, end, part);
        }
        for (Property property : properties) {
            end = put(record, end, property);
        }
        RecordLayout.putInt(record, RecordLayout.RECORD_LENGTH, end);
        return Arrays.copyOf(record, end);
    }

    private static int put(byte[] record, int at, Property property) {
        byte[] name = property.name().getBytes(UTF_8);
        byte[] text = property.text().getBytes(UTF_8);
        record[at + RecordLayout.PROPERTY_KIND] = (byte) property.kind();
        RecordLayout.putU16(record, at + RecordLayout.PROPERTY_NAME_LENGTH, name.length);
        RecordLayout.putU16(record, at + RecordLayout.PROPERTY_TEXT_LENGTH, text.length);
        return put(record, put(record, at + RecordLayout.PROPERTY_FIXED_BYTES, name), text);
    }

    private static int put(byte[] record, int at, byte[] part) {
        System.arraycopy(part, 0, record, at, part.length);
        return at + part.length;
    }
}
