package dev.valora.aggregator.query;

import dev.valora.aggregator.store.WindowStretches.Stretch;
import dev.valora.ingest.EntriesGoneException;
import dev.valora.ingest.EventRecord;
import dev.valora.ingest.Journal;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.JournalReader;
import dev.valora.ingest.Position;
import dev.valora.ingest.Quantity;
import dev.valora.ingest.RecordLayout;
import dev.valora.ingest.StoredEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Reads stretches of the journal, as far as it still holds them, and keeps the events that are asked for. One thread. */
final class EventScan implements AutoCloseable {

    /** Bytes of all records that are kept, but for the last one. */
    private static final int BYTES_MAX = 2 << 20;

    /** Entries after which other virtual threads of the same carrier may go on. */
    private static final int ENTRIES_A_TURN = 64;

    private final Journal journal;
    private final EventFilter filter;
    private final List<Stretch> stretches;
    private final EventRecord event = new EventRecord();

    private int stretch;
    private long next;
    private int bytes;
    private @Nullable JournalReader reader;
    private @Nullable JournalEntry entry;

    /**
     * An event that is asked for, whatever became of it later.
     *
     * @param record a copy
     * @param taken by the meter
     */
    record Found(EventRecord record, StoredEvent.Place place, Quantity taken) {}

    /**
     * A scan that has read nothing.
     *
     * @param stretches in order, none of them behind what is on disk
     * @param from packed position of the first record that is looked at
     */
    EventScan(Journal journal, EventFilter filter, List<Stretch> stretches, long from) {
        this.journal = journal;
        this.filter = filter;
        this.stretches = stretches;
        this.next = from;
        settle();
    }

    /** Whether nothing is left to be read. */
    boolean isDone() {
        return stretch == stretches.size();
    }

    /** Whether nothing more is kept. */
    boolean isFull() {
        return bytes >= BYTES_MAX;
    }

    /** Packed position of the first record that was not looked at. */
    long position() {
        return next;
    }

    /**
     * Reads on: at least one entry, if one is left.
     *
     * @param max events at which it stops
     * @param isOver asked after each entry
     */
    @SuppressWarnings("ThreadPriorityCheck") // a virtual thread that computes keeps its carrier from others
    List<Found> next(int max, BooleanSupplier isOver) {
        List<Found> found = new ArrayList<>();
        int entries = 0;
        while (!isDone() && !isFull() && found.size() < max) {
            lookOn(found, max);
            if (isOver.getAsBoolean()) {
                break;
            }
            if (++entries % ENTRIES_A_TURN == 0) {
                Thread.yield();
            }
        }
        return found;
    }

    private void lookOn(List<Found> found, int max) {
        try {
            look(entry(), found, max);
        } catch (EntriesGoneException removed) {
            close();
            next = Position.pack(journal.firstSequence(), 0);
            settle();
        }
    }

    private JournalEntry entry() {
        JournalEntry open = entry;
        if (open != null) {
            return open;
        }
        long sequence = Position.unpack(next).sequence();
        JournalReader source = reader;
        if (source == null) {
            source = journal.reader(sequence);
            reader = source;
        } else {
            source.skipTo(sequence);
        }
        open = source.poll();
        if (open == null) {
            throw new IllegalStateException("the journal ends within a stretch that was folded");
        }
        entry = open;
        return open;
    }

    /** Takes the events of an entry from the next position on; stops behind one when there are enough. */
    private void look(JournalEntry open, List<Found> found, int max) {
        boolean isAsked = filter.takesAccepted(open.acceptedMicros());
        int index = Position.unpack(next).index();
        int offset = isAsked && index < open.recordCount() ? open.recordAt(index) : open.length();
        while (offset < open.length() && found.size() < max && !isFull()) {
            long position = Position.pack(open.sequence(), index);
            if (open.recordType(offset) == RecordLayout.TYPE_EVENT) {
                Quantity taken = filter.taken(event.wrap(open.bytes(), offset), position);
                if (taken != null) {
                    found.add(found(open, position, taken));
                    bytes += event.length();
                }
            }
            offset = open.nextRecord(offset);
            index++;
        }
        if (offset < open.length()) {
            next = Position.pack(open.sequence(), index);
        } else {
            entry = null;
            next = Position.pack(open.sequence() + 1, 0);
            settle();
        }
    }

    private Found found(JournalEntry open, long position, Quantity taken) {
        byte[] copy = Arrays.copyOfRange(event.bytes(), event.offset(), event.offset() + event.length());
        return new Found(
                new EventRecord().wrap(copy, 0),
                new StoredEvent.Place(Position.unpack(position), open.acceptedMicros()),
                taken);
    }

    /** Goes on to the stretch that the next position is in, or before. */
    private void settle() {
        long sequence = Position.unpack(next).sequence();
        while (stretch < stretches.size() && stretches.get(stretch).last() < sequence) {
            stretch++;
        }
        if (stretch < stretches.size() && stretches.get(stretch).first() > sequence) {
            next = Position.pack(stretches.get(stretch).first(), 0);
        }
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }
}
