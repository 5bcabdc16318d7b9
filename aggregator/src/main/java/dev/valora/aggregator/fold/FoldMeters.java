package dev.valora.aggregator.fold;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.valora.ingest.EventRecord;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.MeterRecords;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.RegisteredMeter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The meters that events feed. Begins with what a replay found and follows the journal's own records from then on, so that
 * the fold never depends on whether the writer has already told the shared directory. One thread.
 */
final class FoldMeters {

    private static final FedMeter[] NONE = {};

    private final Map<OrganizationId, Feeds> organizations = new HashMap<>();
    private int count;
    private @Nullable Feeds last;

    /** What the meters of one organization are fed by. */
    private static final class Feeds {
        private final long organizationHigh;
        private final long organizationLow;
        private final BytesIndex<FedMeter[]> byCode = new BytesIndex<>();
        private final BytesIndex<FedMeter[]> byType = new BytesIndex<>();

        private Feeds(OrganizationId organization) {
            organizationHigh = organization.value().getMostSignificantBits();
            organizationLow = organization.value().getLeastSignificantBits();
        }

        private boolean isOf(EventRecord event) {
            return organizationHigh == event.organizationHigh() && organizationLow == event.organizationLow();
        }

        private @Nullable FedMeter find(String code) {
            byte[] key = code.getBytes(UTF_8);
            FedMeter[] found = byCode.find(key, 0, key.length);
            return found == null ? null : found[0];
        }
    }

    /** @param directory holds every meter that the journal has defined before the first entry that will be folded */
    FoldMeters(MeterDirectory directory) {
        for (RegisteredMeter meter : directory.all()) {
            add(meter.definition(), meter.definedAt(), meter.archivedAt());
        }
    }

    /** The meters of the code or type that the event addresses, live or not; never changed after it was returned. */
    FedMeter[] addressedBy(EventRecord event) {
        Feeds feeds = last;
        if (feeds == null || !feeds.isOf(event)) {
            feeds = organizations.get(event.organization());
            if (feeds == null) {
                return NONE;
            }
            last = feeds;
        }
        BytesIndex<FedMeter[]> index = event.isByType() ? feeds.byType : feeds.byCode;
        FedMeter[] found = index.find(event.bytes(), event.targetOffset(), event.targetLength());
        return found == null ? NONE : found;
    }

    /** Takes a definition from the journal; one that is known already must be the same. */
    void define(MeterDefinition definition, long position) {
        Feeds feeds = organizations.get(definition.organization());
        FedMeter known = feeds == null ? null : feeds.find(definition.code());
        if (known == null) {
            add(definition, position, Long.MAX_VALUE);
        } else if (known.definedAt() != position || !known.definition().equals(definition)) {
            throw new IllegalStateException("the journal defines meter " + definition.code() + " twice");
        }
    }

    /** Takes an archiving from the journal. */
    void archive(MeterRecords.Archived archived, long position) {
        Feeds feeds = organizations.get(archived.organization());
        FedMeter known = feeds == null ? null : feeds.find(archived.code());
        if (known == null) {
            throw new IllegalStateException("the journal archives a meter that it never defined: " + archived.code());
        }
        known.archive(position);
    }

    private void add(MeterDefinition definition, long definedAt, long archivedAt) {
        FedMeter meter = new FedMeter(definition, count++, definedAt, archivedAt);
        Feeds feeds = organizations.computeIfAbsent(definition.organization(), Feeds::new);
        feeds.byCode.put(definition.code().getBytes(UTF_8), new FedMeter[] {meter});
        byte[] type = definition.eventType().getBytes(UTF_8);
        FedMeter[] ofType = feeds.byType.find(type, 0, type.length);
        FedMeter[] more = ofType == null ? new FedMeter[1] : Arrays.copyOf(ofType, ofType.length + 1);
        more[more.length - 1] = meter;
        feeds.byType.put(type, more);
    }
}
