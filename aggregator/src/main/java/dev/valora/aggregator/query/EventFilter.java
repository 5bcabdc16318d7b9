package dev.valora.aggregator.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.valora.aggregator.EventSelection;
import dev.valora.aggregator.Windows;
import dev.valora.aggregator.fold.MeterTake;
import dev.valora.ingest.EventRecord;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Quantity;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether an event of the journal is one of those asked for; looks at the cheapest part first. One thread. */
final class EventFilter {

    private final long organizationHigh;
    private final long organizationLow;
    private final EventSelection selection;
    private final long fromMicros;
    private final long toMicros;
    private final long acceptedFromMicros;
    private final long acceptedBeforeMicros;
    private final MeterTake[] meters;

    EventFilter(OrganizationId organization, EventRequest request) {
        this.organizationHigh = organization.value().getMostSignificantBits();
        this.organizationLow = organization.value().getLeastSignificantBits();
        this.selection = request.selection();
        this.fromMicros = ceilMicros(selection.from());
        this.toMicros = ceilMicros(selection.to());
        this.acceptedFromMicros = Windows.micros(selection.acceptedFrom());
        this.acceptedBeforeMicros = Windows.micros(selection.acceptedBefore());
        this.meters = request.meters().stream().map(MeterTake::new).toArray(MeterTake[]::new);
    }

    /** Event times are whole microseconds: one is not before an instant if it is not before the next whole one. */
    private static long ceilMicros(Instant instant) {
        long micros = Windows.micros(instant);
        return Windows.instant(micros).isBefore(instant) ? micros + 1 : micros;
    }

    /** Whether any event of an entry with this accepted time can be one. */
    boolean takesAccepted(long acceptedMicros) {
        return acceptedMicros >= acceptedFromMicros && acceptedMicros < acceptedBeforeMicros;
    }

    /** What the first meter that counted the event at a packed position took of it; null when it is not asked for. */
    @Nullable
    Quantity taken(EventRecord event, long position) {
        if (event.organizationHigh() != organizationHigh
                || event.organizationLow() != organizationLow
                || event.eventMicros() < fromMicros
                || event.eventMicros() >= toMicros
                || !isOfCustomers(event)) {
            return null;
        }
        for (MeterTake meter : meters) {
            Quantity taken = meter.of(event, position);
            if (taken != null) {
                return hasDimensions(event) ? taken : null;
            }
        }
        return null;
    }

    private boolean isOfCustomers(EventRecord event) {
        return selection.customers().isEmpty() || selection.customers().contains(event.customer());
    }

    private boolean hasDimensions(EventRecord event) {
        for (Map.Entry<String, Set<String>> wanted : selection.having().entrySet()) {
            String value = value(event, wanted.getKey());
            if (value == null || !wanted.getValue().contains(value)) {
                return false;
            }
        }
        return selection.except().stream()
                .noneMatch(taken -> taken.entrySet().stream()
                        .allMatch(each -> each.getValue().equals(value(event, each.getKey()))));
    }

    private static @Nullable String value(EventRecord event, String dimension) {
        int property = event.findProperty(dimension.getBytes(UTF_8));
        return property < 0 ? null : event.propertyString(property);
    }
}
