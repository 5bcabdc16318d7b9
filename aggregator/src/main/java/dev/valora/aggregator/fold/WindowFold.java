package dev.valora.aggregator.fold;

import dev.valora.aggregator.Windows;
import dev.valora.ingest.EventRecord;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.MeterRecords;
import dev.valora.ingest.Position;
import dev.valora.ingest.RecordLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Journal entries to window deltas, in memory. An event addressed by a meter's code feeds that meter: admission accepted it,
 * so it counts. One addressed by type feeds every meter of the type that is live at its position. A meter skips an event that
 * lacks the decimal it needs, and counts the skip.
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

    /**
     * @param directory holds every meter that the journal has defined before the first entry that will be folded; read here
     *     and never again
     * @param windowsMax open windows at which the fold is full, at least 1; the last event may open one more for each meter
     *     of its type
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
     * Folds the records of an entry from an index on, until the fold is full.
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
            default ->
                throw new IllegalStateException("unknown record type " + entry.recordType(offset) + " at "
                        + Position.unpack(position) + ": the journal was written by a newer version");
        }
    }

    private void foldEvent(EventRecord usage, long position, long acceptedHour) {
        FedMeter[] addressed = meters.addressedBy(usage);
        if (usage.isByType()) {
            for (FedMeter meter : addressed) {
                if (meter.takesEventAt(position)) {
                    foldInto(meter, usage, position, acceptedHour);
                }
            }
        } else if (addressed.length == 1) {
            foldInto(addressed[0], usage, position, acceptedHour);
        } else {
            throw new IllegalStateException("the event at " + Position.unpack(position) + " addresses the meter "
                    + usage.target() + ", which the journal has not defined");
        }
    }

    private void foldInto(FedMeter meter, EventRecord usage, long position, long acceptedHour) {
        if (!meter.counts() && !value.read(usage, meter)) {
            if (meter.skip(position)) {
                skipping.add(meter);
            }
            return;
        }
        long windowStart =
                Windows.startMicros(usage.eventMicros(), meter.definition().windowMinutes());
        table.at(usage, meter, windowStart, acceptedHour).take(value, position);
    }

    public int openWindows() {
        return table.size();
    }

    /** Whether nothing more is folded until the deltas are taken. */
    public boolean isFull() {
        return table.size() >= windowsMax;
    }

    /** Whether there is neither a window nor a skip to be taken. */
    public boolean isEmpty() {
        return table.size() == 0 && skipping.isEmpty();
    }

    /** The deltas of everything folded since the last take; nothing is open afterwards. */
    public FoldedUsage take() {
        List<SkipDelta> skips = skipping.stream().map(FedMeter::takeSkips).toList();
        skipping.clear();
        return new FoldedUsage(table.take(), skips);
    }

    /** Forgets everything folded since the last take, so that it can be folded again. */
    public void clear() {
        skipping.forEach(FedMeter::takeSkips);
        skipping.clear();
        table.clear();
    }
}
