package dev.valora.aggregator.fold;

import dev.valora.ingest.EventRecord;
import dev.valora.ingest.Quantity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The open windows, found by the bytes of an event without making an object. Open addressing over indexes into the list of
 * windows, at most half full. One thread.
 */
final class WindowTable {

    private static final int FREE = -1;
    private static final int CAPACITY_MIN = 1 << 10;

    private final long seed;
    private final WindowSubject subject = new WindowSubject();
    private final List<OpenWindow> windows = new ArrayList<>();
    private int[] slots = freeSlots(CAPACITY_MIN);

    WindowTable(long seed) {
        this.seed = seed;
    }

    int size() {
        return windows.size();
    }

    /** The window of the event for a meter, opened when it is the first. Times in microseconds since the epoch. */
    OpenWindow at(EventRecord event, FedMeter meter, long windowStart, long acceptedHour) {
        subject.read(event, meter);
        long hash = ByteHash.of(subject.bytes(), 0, subject.length(), seed + meter.number());
        hash = ByteHash.mix(hash ^ windowStart);
        hash = ByteHash.mix(hash ^ acceptedHour);
        int mask = slots.length - 1;
        int slot = (int) hash & mask;
        while (slots[slot] != FREE) {
            OpenWindow window = windows.get(slots[slot]);
            if (window.hash() == hash && window.isOf(meter, windowStart, acceptedHour, subject)) {
                return window;
            }
            slot = (slot + 1) & mask;
        }
        OpenWindow opened = new OpenWindow(meter, subject.copy(), hash, windowStart, acceptedHour);
        slots[slot] = windows.size();
        windows.add(opened);
        if (windows.size() * 2 > slots.length) {
            grow();
        }
        return opened;
    }

    /** What is to be recounted when an event is taken out of its window with a maximum. */
    Recount recount(EventRecord event, FedMeter meter, Quantity value, long position) {
        subject.read(event, meter);
        byte[] own = subject.copy();
        WindowKey window = new WindowKey(
                meter.definition().organization(),
                WindowSubject.customer(own),
                meter.definition().code(),
                WindowSubject.dimensions(own, meter.dimensions()),
                meter.definition().windowStartMicros(event.eventMicros()));
        return new Recount(window, meter, own, value, position);
    }

    /** The deltas in the order in which windows were opened; none is open afterwards. */
    List<WindowDelta> take() {
        List<WindowDelta> deltas = new ArrayList<>(windows.size());
        for (OpenWindow window : windows) {
            deltas.add(window.toDelta());
        }
        clear();
        return deltas;
    }

    void clear() {
        windows.clear();
        Arrays.fill(slots, FREE);
    }

    private void grow() {
        int[] more = freeSlots(slots.length * 2);
        int mask = more.length - 1;
        for (int i = 0; i < windows.size(); i++) {
            int slot = (int) windows.get(i).hash() & mask;
            while (more[slot] != FREE) {
                slot = (slot + 1) & mask;
            }
            more[slot] = i;
        }
        slots = more;
    }

    private static int[] freeSlots(int capacity) {
        int[] slots = new int[capacity];
        Arrays.fill(slots, FREE);
        return slots;
    }
}
