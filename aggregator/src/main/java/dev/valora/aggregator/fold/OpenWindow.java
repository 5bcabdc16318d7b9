package dev.valora.aggregator.fold;

import dev.valora.aggregator.Composition;
import dev.valora.ingest.Quantity;
import java.math.BigDecimal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One window row's delta while it grows. One thread. */
final class OpenWindow {

    private final FedMeter meter;
    private final byte[] subject;
    private final long hash;
    private final long windowStart;
    private final long acceptedHour;
    private final ExactTotal total = new ExactTotal();
    private boolean hasValue;
    private boolean resets;
    private long events;
    private long firstPosition;
    private long lastPosition;

    /** @param subject customer and dimension values as {@link WindowSubject} lays them out */
    OpenWindow(FedMeter meter, byte[] subject, long hash, long windowStart, long acceptedHour) {
        this.meter = meter;
        this.subject = subject;
        this.hash = hash;
        this.windowStart = windowStart;
        this.acceptedHour = acceptedHour;
    }

    long hash() {
        return hash;
    }

    boolean isOf(FedMeter otherMeter, long otherStart, long otherHour, WindowSubject other) {
        return meter == otherMeter
                && windowStart == otherStart
                && acceptedHour == otherHour
                && Arrays.equals(subject, 0, subject.length, other.bytes(), 0, other.length());
    }

    /** Takes one event's value; positions ascend. */
    void take(EventValue value, long position) {
        if (!meter.counts()) {
            if (meter.composition() == Composition.ADD) {
                value.addTo(total);
            } else {
                value.raise(total, !hasValue);
            }
        }
        hasValue = true;
        events++;
        reach(position);
    }

    /** Takes a voided event's value back, if values add; else one event only. */
    void takeBack(EventValue value, long position) {
        if (!meter.counts() && meter.composition() == Composition.ADD) {
            value.subtractFrom(total);
        }
        events--;
        reach(position);
    }

    /** Starts anew with what is left of a maximum, because of a void at this position. */
    void reset(Recount.Outcome.Reset left, long position) {
        Quantity value = left.value();
        hasValue = value != null;
        if (value != null) {
            total.set(value.value());
        }
        resets = true;
        events = left.events();
        reach(position);
    }

    private void reach(long position) {
        if (firstPosition == 0) {
            firstPosition = position;
        }
        lastPosition = position;
    }

    WindowDelta toDelta() {
        return new WindowDelta(
                meter.definition().organization(),
                WindowSubject.customer(subject),
                meter.definition().code(),
                WindowSubject.dimensions(subject, meter.dimensions()),
                windowStart,
                acceptedHour,
                meter.composition(),
                value(),
                events,
                resets,
                firstPosition,
                lastPosition);
    }

    private @Nullable Quantity value() {
        if (meter.composition() == Composition.GREATEST && !hasValue) {
            return null;
        }
        return new Quantity(meter.counts() ? BigDecimal.valueOf(events) : total.value());
    }
}
