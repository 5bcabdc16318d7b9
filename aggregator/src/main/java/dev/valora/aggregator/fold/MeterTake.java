package dev.valora.aggregator.fold;

import dev.valora.ingest.EventRecord;
import dev.valora.ingest.Quantity;
import dev.valora.ingest.RegisteredMeter;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** What one meter counts of one event after the other, by the rules of the fold. One thread. */
public final class MeterTake {

    private final FedMeter meter;
    private final EventValue value = new EventValue();

    /** Takes the meter as it is now: its archiving must not lie before an event that is asked for later. */
    public MeterTake(RegisteredMeter registered) {
        this.meter = new FedMeter(registered.definition(), 0, registered.definedAt(), registered.archivedAt());
    }

    /** What the meter counts of an event of its organization, at a packed position; null when it does not count it. */
    public @Nullable Quantity of(EventRecord event, long position) {
        if (!meter.isAddressedBy(event, position)) {
            return null;
        }
        if (meter.counts()) {
            return new Quantity(BigDecimal.ONE);
        }
        return value.read(event, meter) ? new Quantity(value.toBigDecimal()) : null;
    }
}
