package dev.valora.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The voiding of a usage event as a journal record. It holds a copy of the event, so that what the void takes back follows from
 * this record alone, also when the event's own file is gone. Drawn in {@code docs/journal-format.md}.
 *
 * <pre>
 * voided  4 type=4 | 5 zero u8 | 6 reason length u16 | 8 packed position of the event i64 | 16 the event's record | reason
 * </pre>
 *
 * @param eventPosition packed position of the event, before that of the void
 * @param event a view that stays where it is
 * @param reason told by who voided it, 1 to {@link Limits#REASON_LENGTH} code points
 */
public record VoidRecord(long eventPosition, EventRecord event, String reason) {

    private static final int REASON_BYTES = 6;
    private static final int EVENT_POSITION = 8;
    private static final int EVENT = 16;

    /** Encodes a void as one record. */
    public byte[] encode() {
        byte[] text = reason.getBytes(UTF_8);
        int length = event.length();
        byte[] record = new byte[EVENT + length + text.length];
        RecordLayout.putInt(record, RecordLayout.RECORD_LENGTH, record.length);
        record[RecordLayout.RECORD_TYPE] = RecordLayout.TYPE_EVENT_VOIDED;
        RecordLayout.putU16(record, REASON_BYTES, text.length);
        RecordLayout.putLong(record, EVENT_POSITION, eventPosition);
        System.arraycopy(event.bytes(), event.offset(), record, EVENT, length);
        System.arraycopy(text, 0, record, EVENT + length, text.length);
        return record;
    }

    /** Reads the void that starts at {@code offset}; the event is a view onto the same array. */
    public static VoidRecord decode(byte[] bytes, int offset) {
        EventRecord event = new EventRecord().wrap(bytes, eventOffset(offset));
        int reasonBytes = RecordLayout.getU16(bytes, offset + REASON_BYTES);
        return new VoidRecord(
                eventPosition(bytes, offset),
                event,
                new String(bytes, event.offset() + event.length(), reasonBytes, UTF_8));
    }

    /** Packed position of the event that the void at {@code offset} takes back. */
    public static long eventPosition(byte[] bytes, int offset) {
        return RecordLayout.getLong(bytes, offset + EVENT_POSITION);
    }

    /** Where the copy of the event stands that the void at {@code offset} takes back. */
    public static int eventOffset(int offset) {
        return offset + EVENT;
    }
}
