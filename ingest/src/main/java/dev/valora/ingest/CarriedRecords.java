package dev.valora.ingest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Records that outlive the journal files they stood in, in the order of their positions: meters are needed for as long as they
 * may be named. Immutable; any thread.
 */
public final class CarriedRecords {

    /** Nothing. */
    public static final CarriedRecords NONE = new CarriedRecords(new byte[0]);

    private final byte[] bytes;

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
        long before = 0;
        for (int at = 0; at < bytes.length; at = PlacedRecords.next(bytes, at)) {
            int record = at + PlacedRecords.RECORD;
            if (record + RecordLayout.RECORD_TYPE >= bytes.length
                    || RecordLayout.getInt(bytes, record + RecordLayout.RECORD_LENGTH) <= RecordLayout.RECORD_TYPE
                    || RecordLayout.getInt(bytes, record + RecordLayout.RECORD_LENGTH) > bytes.length - record
                    || PlacedRecords.position(bytes, at) <= before) {
                throw new IllegalArgumentException("no record stands at byte " + at);
            }
            before = PlacedRecords.position(bytes, at);
        }
        return new CarriedRecords(bytes.clone());
    }

    /** The definitions and archivings of all meters, as they stood in the journal before a packed position. */
    public static CarriedRecords ofMeters(MeterDirectory meters, long beforePosition) {
        List<Placed> placed = new ArrayList<>();
        for (RegisteredMeter meter : meters.all()) {
            placed.add(new Placed(meter.definedAt(), meter.definition(), false));
            placed.add(new Placed(meter.archivedAt(), meter.definition(), true));
        }
        PlacedRecords.Draft draft = new PlacedRecords.Draft();
        placed.stream()
                .filter(record -> record.position() < beforePosition)
                .sorted(Comparator.comparingLong(Placed::position))
                .forEach(record -> draft.add(record.encode(), 0, record.position()));
        return new CarriedRecords(draft.toBytes());
    }

    /** Those that stood before a packed position. */
    public CarriedRecords before(long position) {
        int end = 0;
        while (end < bytes.length && PlacedRecords.position(bytes, end) < position) {
            end = PlacedRecords.next(bytes, end);
        }
        return end == bytes.length ? this : new CarriedRecords(Arrays.copyOf(bytes, end));
    }

    /** Hands over the records in the order of their positions. */
    public void forEach(PlacedRecords.Visitor visitor) {
        PlacedRecords.forEach(bytes, visitor);
    }

    /** How many there are. */
    public int count() {
        int count = 0;
        for (int at = 0; at < bytes.length; at = PlacedRecords.next(bytes, at)) {
            count++;
        }
        return count;
    }

    /** All of them, one behind the other. */
    public byte[] toBytes() {
        return bytes.clone();
    }
}
