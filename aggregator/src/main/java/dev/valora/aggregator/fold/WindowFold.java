package dev.valora.aggregator.fold;

import dev.valora.aggregator.Windows;
import dev.valora.ingest.EventRecord;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.MeterRecords;
import dev.valora.ingest.Position;
import dev.valora.ingest.Quantity;
import dev.valora.ingest.RecordLayout;
import dev.valora.ingest.VoidRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * Journal entries to window deltas, in memory. An event addressed by a meter's code feeds that meter: admission accepted it,
 * so it counts. One addressed by type feeds every meter of the type that is live at its position. A meter skips an event that
 * lacks the decimal it needs, and counts the skip.
 *
 * <p>A void takes back what its event added, at the void's own acceptance hour. A maximum cannot be taken back from what is in
 * memory: the fold stops in front of such a void and {@link #awaited} names the windows whose remains it must be told.
 *
 * <p>Belongs to one thread. Memory is bounded by {@code windowsMax}: a full fold stops in the middle of an entry.
 */
public final class WindowFold {

    private final FoldMeters meters;
    private final int windowsMax;
    private final WindowTable table;
    private final EventRecord event = new EventRecord();
    private final EventValue value = new EventValue();
    private final List<FedMeter> skipping = new ArrayList<>();
    private final EventRecord taken = new EventRecord();
    private final List<VoidDelta> voids = new ArrayList<>();
    private final List<Recount> awaited = new ArrayList<>();
    private final List<Recount.Outcome> supplied = new ArrayList<>();

    /**
     * @param directory holds every meter that the journal has defined before the first entry that will be folded; read here
     *     and never again
     * @param windowsMax open windows and voids at which the fold is full, at least 1; the last event may open one more for each
     *     meter of its type
     * @param hashSeed a number that senders do not know; the deltas do not depend on it
     */
    public WindowFold(MeterDirectory directory, int windowsMax, long hashSeed) {
        if (windowsMax < 1) {
            throw new IllegalArgumentException("windowsMax must be at least 1, not " + windowsMax);
        }
        this.meters = new FoldMeters(directory);
        this.windowsMax = windowsMax;
        this.table = new WindowTable(hashSeed);
    }

    /**
     * Folds the records of an entry from an index on, until the fold is full or awaits what is left of windows.
     *
     * @param firstRecord index of the first record to fold; those before it are left out
     * @return index of the first record that was not folded; the record count when none is left
     * @throws IllegalStateException when an event addresses a meter that the journal has not defined, or a meter is defined
     *     twice: the journal or the start of the server is broken
     */
    public int fold(JournalEntry entry, int firstRecord) {
        long sequence = entry.sequence();
        long acceptedHour = Windows.hourMicros(entry.acceptedMicros());
        int count = entry.recordCount();
        int offset = entry.firstRecord();
        for (int index = 0; index < count; index++) {
            if (index >= firstRecord) {
                if (isFull()) {
                    return index;
                }
                if (awaits(entry, offset)) {
                    return index;
                }
                foldRecord(entry, offset, Position.pack(sequence, index), acceptedHour);
            }
            offset = entry.nextRecord(offset);
        }
        return count;
    }

    private void foldRecord(JournalEntry entry, int offset, long position, long acceptedHour) {
        byte[] bytes = entry.bytes();
        switch (entry.recordType(offset)) {
            case RecordLayout.TYPE_EVENT -> foldEvent(event.wrap(bytes, offset), position, acceptedHour);
            case RecordLayout.TYPE_METER_DEFINED -> meters.define(MeterRecords.decodeDefined(bytes, offset), position);
            case RecordLayout.TYPE_METER_ARCHIVED ->
                meters.archive(MeterRecords.decodeArchived(bytes, offset), position);
            case RecordLayout.TYPE_EVENT_VOIDED ->
                foldVoid(VoidRecord.decode(bytes, offset), position, entry.acceptedMicros());
            default ->
                throw new IllegalStateException("unknown record type " + entry.recordType(offset) + " at "
                        + Position.unpack(position) + ": the journal was written by a newer version");
        }
    }

    private void foldEvent(EventRecord usage, long position, long acceptedHour) {
        for (FedMeter meter : addressedBy(usage, position)) {
            if (meter.isFedBy(usage, position)) {
                foldInto(meter, usage, position, acceptedHour);
            }
        }
    }

    private FedMeter[] addressedBy(EventRecord usage, long position) {
        FedMeter[] addressed = meters.addressedBy(usage);
        if (!usage.isByType() && addressed.length != 1) {
            throw new IllegalStateException("the event at " + Position.unpack(position) + " addresses the meter "
                    + usage.target() + ", which the journal has not defined");
        }
        return addressed;
    }

    /** Whether a record is a void that takes from maxima whose remains were not supplied. */
    private boolean awaits(JournalEntry entry, int offset) {
        if (entry.recordType(offset) != RecordLayout.TYPE_EVENT_VOIDED || !supplied.isEmpty()) {
            return false;
        }
        long eventPosition = VoidRecord.eventPosition(entry.bytes(), offset);
        taken.wrap(entry.bytes(), VoidRecord.eventOffset(offset));
        awaited.clear();
        for (FedMeter meter : addressedBy(taken, eventPosition)) {
            if (meter.isRecounted() && tookAt(meter, taken, eventPosition)) {
                awaited.add(table.recount(taken, meter, new Quantity(value.toBigDecimal()), eventPosition));
            }
        }
        return !awaited.isEmpty();
    }

    /** Whether the meter counted the event; its value is then read. A skipped event was never counted. */
    private boolean tookAt(FedMeter meter, EventRecord usage, long position) {
        return meter.isFedBy(usage, position) && (meter.counts() || value.read(usage, meter));
    }

    private void foldVoid(VoidRecord voided, long position, long acceptedMicros) {
        EventRecord usage = voided.event();
        long acceptedHour = Windows.hourMicros(acceptedMicros);
        int told = 0;
        for (FedMeter meter : addressedBy(usage, voided.eventPosition())) {
            if (tookAt(meter, usage, voided.eventPosition())) {
                OpenWindow window = windowOf(meter, usage, acceptedHour);
                if (meter.isRecounted() && supplied.get(told++) instanceof Recount.Outcome.Reset left) {
                    window.reset(left, position);
                } else {
                    window.takeBack(value, position);
                }
            }
        }
        supplied.clear();
        voids.add(
                new VoidDelta(usage.organization(), voided.eventPosition(), position, acceptedMicros, voided.reason()));
    }

    /**
     * What must be recounted before the fold goes on, of everything accepted before the void that it stopped at; empty when it
     * did not stop for that. The same until {@link #supply}.
     */
    public List<Recount> awaited() {
        return List.copyOf(awaited);
    }

    /** Whether nothing more is folded until {@link #supply} tells what is left of the {@link #awaited} windows. */
    public boolean isAwaiting() {
        return !awaited.isEmpty();
    }

    /** Tells what is left, in the order of {@link #awaited}; the fold then takes the void it stopped at. */
    public void supply(List<Recount.Outcome> outcomes) {
        if (outcomes.size() != awaited.size() || outcomes.isEmpty()) {
            throw new IllegalArgumentException(outcomes.size() + " outcomes of " + awaited.size() + " recounts");
        }
        awaited.clear();
        supplied.addAll(outcomes);
    }

    private void foldInto(FedMeter meter, EventRecord usage, long position, long acceptedHour) {
        if (!meter.counts() && !value.read(usage, meter)) {
            if (meter.skip(position)) {
                skipping.add(meter);
            }
            return;
        }
        windowOf(meter, usage, acceptedHour).take(value, position);
    }

    private OpenWindow windowOf(FedMeter meter, EventRecord usage, long acceptedHour) {
        long windowStart = meter.definition().windowStartMicros(usage.eventMicros());
        return table.at(usage, meter, windowStart, acceptedHour);
    }

    /** Whether nothing more is folded until the deltas are taken. */
    public boolean isFull() {
        return table.size() + voids.size() >= windowsMax;
    }

    /** Whether there is neither a window nor a skip nor a void to be taken. */
    public boolean isEmpty() {
        return table.size() == 0 && skipping.isEmpty() && voids.isEmpty();
    }

    /** The deltas of everything folded since the last take; nothing is open afterwards. */
    public FoldedUsage take() {
        List<SkipDelta> skips = skipping.stream().map(FedMeter::takeSkips).toList();
        skipping.clear();
        FoldedUsage folded = new FoldedUsage(table.take(), skips, voids);
        voids.clear();
        return folded;
    }

    /** Forgets everything folded since the last take, so that it can be folded again. */
    public void clear() {
        skipping.forEach(FedMeter::takeSkips);
        skipping.clear();
        voids.clear();
        awaited.clear();
        supplied.clear();
        table.clear();
    }
}
