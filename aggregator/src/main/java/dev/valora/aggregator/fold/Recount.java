package dev.valora.aggregator.fold;

import dev.valora.ingest.EventRecord;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.Position;
import dev.valora.ingest.Quantity;
import dev.valora.ingest.RecordLayout;
import dev.valora.ingest.VoidRecord;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what is left of a window with a maximum once an event is taken out of it. The entries that may hold the window's
 * events are read twice: first for the voids among them, then for the events that no void names. So memory is bounded by the
 * voids of one window. One thread.
 *
 * <p>The voided event itself is given. What was accepted behind its void must be left out: it is folded later.
 */
public final class Recount {

    private final WindowKey window;
    private final FedMeter meter;
    private final byte[] subject;
    private final Quantity voidedValue;
    private final Set<Long> voided = new HashSet<>();
    private final EventRecord event = new EventRecord();
    private final EventValue value = new EventValue();
    private final WindowSubject otherSubject = new WindowSubject();
    private final ExactTotal greatest = new ExactTotal();
    private long events;

    Recount(WindowKey window, FedMeter meter, byte[] subject, Quantity voidedValue, long voidedPosition) {
        this.window = window;
        this.meter = meter;
        this.subject = subject;
        this.voidedValue = voidedValue;
        voided.add(voidedPosition);
    }

    /** What is left of a window. */
    public sealed interface Outcome {

        /** The voided event was not the greatest: the window has one event less, and the same value. */
        record Unchanged() implements Outcome {}

        /**
         * The window is made anew.
         *
         * @param value null when no event is left
         * @param events that are left
         */
        record Reset(@Nullable Quantity value, long events) implements Outcome {}
    }

    /** The window that is recounted. */
    public WindowKey window() {
        return window;
    }

    /**
     * Whether the journal must be read: only when the event that is taken out has the window's greatest value.
     *
     * @param currentValue the window's value with the event in it
     */
    public boolean isNeeded(@Nullable Quantity currentValue) {
        return currentValue == null || currentValue.compareTo(voidedValue) <= 0;
    }

    /**
     * First reading: remembers the voids of the window.
     *
     * @param firstPosition packed; records before it are left out
     * @param lastPosition packed; records behind it are left out
     */
    public void collectVoids(JournalEntry entry, long firstPosition, long lastPosition) {
        int offset = entry.firstRecord();
        for (int index = 0; index < entry.recordCount(); index++) {
            long at = Position.pack(entry.sequence(), index);
            if (at >= firstPosition
                    && at <= lastPosition
                    && entry.recordType(offset) == RecordLayout.TYPE_EVENT_VOIDED) {
                long position = VoidRecord.eventPosition(entry.bytes(), offset);
                if (feeds(entry.bytes(), VoidRecord.eventOffset(offset), position)) {
                    voided.add(position);
                }
            }
            offset = entry.nextRecord(offset);
        }
    }

    /**
     * Second reading: takes the events of the window that are not voided. Each entry once.
     *
     * @param firstPosition packed; records before it are left out
     * @param lastPosition packed; records behind it are left out
     */
    public void collectEvents(JournalEntry entry, long firstPosition, long lastPosition) {
        int offset = entry.firstRecord();
        for (int index = 0; index < entry.recordCount(); index++) {
            long position = Position.pack(entry.sequence(), index);
            if (position >= firstPosition
                    && position <= lastPosition
                    && entry.recordType(offset) == RecordLayout.TYPE_EVENT
                    && feeds(entry.bytes(), offset, position)
                    && !voided.contains(position)) {
                value.raise(greatest, events == 0);
                events++;
            }
            offset = entry.nextRecord(offset);
        }
    }

    /** What was collected. */
    public Outcome.Reset reset() {
        return new Outcome.Reset(events == 0 ? null : new Quantity(greatest.value()), events);
    }

    /** Whether the event at a position counts in the window; its value is then read. */
    private boolean feeds(byte[] bytes, int offset, long position) {
        event.wrap(bytes, offset);
        return event.organizationHigh() == window.organization().value().getMostSignificantBits()
                && event.organizationLow() == window.organization().value().getLeastSignificantBits()
                && meter.isAddressedBy(event, position)
                && meter.definition().windowStartMicros(event.eventMicros()) == window.startMicros()
                && isOfSubject()
                && value.read(event, meter);
    }

    private boolean isOfSubject() {
        otherSubject.read(event, meter);
        return Arrays.equals(subject, 0, subject.length, otherSubject.bytes(), 0, otherSubject.length());
    }
}
