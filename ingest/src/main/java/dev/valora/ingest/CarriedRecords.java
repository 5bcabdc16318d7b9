package dev.valora.ingest;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Records that outlive the journal files they stood in, in the order of their positions: meters are needed for as long as they
 * may be named. Immutable; any thread.
 *
 * <pre>
 * record  0 packed position i64 | 8 the record as it stood there
 * </pre>
 */
public final class CarriedRecords {

    /** Nothing. */
    public static final CarriedRecords NONE = new CarriedRecords(new byte[0]);

    private final byte[] bytes;

    /** Takes records one by one. */
    @FunctionalInterface
    public interface Visitor {

        /** A record at {@code offset}, and where it stood in the journal. */
        void onRecord(byte[] bytes, int offset, long packedPosition);
    }

    private record Placed(long position, MeterDefinition meter, boolean isArchiving) {

        private byte[] encode() {
            return isArchiving
                    ? MeterRecords.encode(new MeterRecords.Archived(meter.organization(), meter.code()))
                    : MeterRecords.encode(meter);
        }
    }

    private CarriedRecords(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Reads what {@link #toBytes} gave.
     *
     * @throws IllegalArgumentException when these are not whole records in their order
     */
    public static CarriedRecords of(byte[] bytes) {
        CarriedRecords records = new CarriedRecords(bytes.clone());
        long before = 0;
        for (int at = 0; at < bytes.length; at = records.next(at)) {
            int record = at + Long.BYTES;
            if (record + RecordLayout.RECORD_TYPE >= bytes.length
                    || RecordLayout.getInt(bytes, record + RecordLayout.RECORD_LENGTH) <= RecordLayout.RECORD_TYPE
                    || RecordLayout.getInt(bytes, record + RecordLayout.RECORD_LENGTH) > bytes.length - record
                    || RecordLayout.getLong(bytes, at) <= before) {
                throw new IllegalArgumentException("no record stands at byte " + at);
            }
            before = RecordLayout.getLong(bytes, at);
        }
        return records;
    }

    /** The definitions and archivings of all meters, as they stood in the journal before a packed position. */
    public static CarriedRecords ofMeters(MeterDirectory meters, long beforePosition) {
        List<Placed> placed = new ArrayList<>();
        for (RegisteredMeter meter : meters.all()) {
            placed.add(new Placed(meter.definedAt(), meter.definition(), false));
            placed.add(new Placed(meter.archivedAt(), meter.definition(), true));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] position = new byte[Long.BYTES];
        placed.stream()
                .filter(record -> record.position() < beforePosition)
                .sorted(Comparator.comparingLong(Placed::position))
                .forEach(record -> {
                    RecordLayout.putLong(position, 0, record.position());
                    out.writeBytes(position);
                    out.writeBytes(record.encode());
                });
        return new CarriedRecords(out.toByteArray());
    }

    /** Those that stood before a packed position. */
    public CarriedRecords before(long position) {
        int end = 0;
        while (end < bytes.length && RecordLayout.getLong(bytes, end) < position) {
            end = next(end);
        }
        return end == bytes.length ? this : new CarriedRecords(Arrays.copyOf(bytes, end));
    }

    private int next(int at) {
        int record = at + Long.BYTES;
        return record + RecordLayout.getInt(bytes, record + RecordLayout.RECORD_LENGTH);
    }

    /** Hands over the records in the order of their positions. */
    public void forEach(Visitor visitor) {
        for (int at = 0; at < bytes.length; at = next(at)) {
            visitor.onRecord(bytes, at + Long.BYTES, RecordLayout.getLong(bytes, at));
        }
    }

    /** How many there are. */
    public int count() {
        int count = 0;
        for (int at = 0; at < bytes.length; at = next(at)) {
            count++;
        }
        return count;
    }

    /** All of them, one behind the other. */
    public byte[] toBytes() {
        return bytes.clone();
    }
}
