package dev.valora.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * Meter definitions and archivings as journal records, so that a replay sees the meters that admission saw.
 *
 * <pre>
 * defined   4 type=2 | 5 aggregation u8 | 6 window minutes u16 | 8 organization high u64 | 16 organization low u64
 *          24 code text | event type text | value property text (length 0 = none) | dimension count u16 | dimension texts
 * archived  4 type=3 | 5 zero u8 | 6 zero u16 | 8 organization high u64 | 16 organization low u64 | 24 code text
 *
 * text      0 length u16 | 2 UTF-8 bytes
 * </pre>
 */
public final class MeterRecords {

    private static final int AGGREGATION = 5;
    private static final int WINDOW_MINUTES = 6;
    private static final int ORGANIZATION_HIGH = 8;
    private static final int ORGANIZATION_LOW = 16;
    private static final int TEXTS = 24;

    private MeterRecords() {}

    /** A meter that was archived: accepts no new events, its windows stay. */
    public record Archived(OrganizationId organization, String code) {}

    /** Encodes a definition as one record. */
    public static byte[] encode(MeterDefinition meter) {
        List<byte[]> texts = new ArrayList<>();
        texts.add(meter.code().getBytes(UTF_8));
        texts.add(meter.eventType().getBytes(UTF_8));
        String valueProperty = meter.valueProperty();
        texts.add(valueProperty == null ? new byte[0] : valueProperty.getBytes(UTF_8));
        for (String dimension : meter.dimensions()) {
            texts.add(dimension.getBytes(UTF_8));
        }
        int length = TEXTS + Short.BYTES;
        for (byte[] text : texts) {
            length += Short.BYTES + text.length;
        }
        byte[] record = start(length, RecordLayout.TYPE_METER_DEFINED, meter.organization());
        record[AGGREGATION] = (byte) code(meter.aggregation());
        RecordLayout.putU16(record, WINDOW_MINUTES, meter.windowMinutes());
        int at = TEXTS;
        for (int i = 0; i < 3; i++) {
            at = putText(record, at, texts.get(i));
        }
        RecordLayout.putU16(record, at, meter.dimensions().size());
        at += Short.BYTES;
        for (int i = 3; i < texts.size(); i++) {
            at = putText(record, at, texts.get(i));
        }
        return record;
    }

    /** Encodes an archiving as one record. */
    public static byte[] encode(Archived archived) {
        byte[] code = archived.code().getBytes(UTF_8);
        byte[] record =
                start(TEXTS + Short.BYTES + code.length, RecordLayout.TYPE_METER_ARCHIVED, archived.organization());
        putText(record, TEXTS, code);
        return record;
    }

    /** Reads the definition that starts at {@code offset}. */
    public static MeterDefinition decodeDefined(byte[] bytes, int offset) {
        Texts texts = new Texts(bytes, offset + TEXTS);
        String code = texts.next();
        String eventType = texts.next();
        String valueProperty = texts.next();
        int dimensionCount = texts.nextU16();
        List<String> dimensions = new ArrayList<>(dimensionCount);
        for (int i = 0; i < dimensionCount; i++) {
            dimensions.add(texts.next());
        }
        return new MeterDefinition(
                organization(bytes, offset),
                code,
                aggregation(RecordLayout.getU8(bytes, offset + AGGREGATION)),
                eventType,
                valueProperty.isEmpty() ? null : valueProperty,
                dimensions,
                RecordLayout.getU16(bytes, offset + WINDOW_MINUTES));
    }

    /** Reads the archiving that starts at {@code offset}. */
    public static Archived decodeArchived(byte[] bytes, int offset) {
        return new Archived(organization(bytes, offset), new Texts(bytes, offset + TEXTS).next());
    }

    private static byte[] start(int length, int type, OrganizationId organization) {
        byte[] record = new byte[length];
        RecordLayout.putInt(record, RecordLayout.RECORD_LENGTH, length);
        record[RecordLayout.RECORD_TYPE] = (byte) type;
        RecordLayout.putLong(record, ORGANIZATION_HIGH, organization.value().getMostSignificantBits());
        RecordLayout.putLong(record, ORGANIZATION_LOW, organization.value().getLeastSignificantBits());
        return record;
    }

    private static OrganizationId organization(byte[] bytes, int offset) {
        return new OrganizationId(new UUID(
                RecordLayout.getLong(bytes, offset + ORGANIZATION_HIGH),
                RecordLayout.getLong(bytes, offset + ORGANIZATION_LOW)));
    }

    private static int putText(byte[] record, int at, byte[] text) {
        RecordLayout.putU16(record, at, text.length);
        System.arraycopy(text, 0, record, at + Short.BYTES, text.length);
        return at + Short.BYTES + text.length;
    }

    /** The numbers are part of the journal's format: never reuse one. */
    private static int code(Aggregation aggregation) {
        return switch (aggregation) {
            case COUNT -> 1;
            case SUM -> 2;
            case MAX -> 3;
            case MIN -> 4;
            case LATEST -> 5;
            case UNIQUE_COUNT -> 6;
            case TIME_WEIGHTED_SUM -> 7;
        };
    }

    private static Aggregation aggregation(int code) {
        return Arrays.stream(Aggregation.values())
                .filter(aggregation -> code(aggregation) == code)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown aggregation code " + code));
    }

    private static final class Texts {
        private final byte[] bytes;
        private int at;

        private Texts(byte[] bytes, int at) {
            this.bytes = bytes;
            this.at = at;
        }

        private int nextU16() {
            int value = RecordLayout.getU16(bytes, at);
            at += Short.BYTES;
            return value;
        }

        private String next() {
            int length = nextU16();
            String text = new String(bytes, at, length, UTF_8);
            at += length;
            return text;
        }
    }
}
