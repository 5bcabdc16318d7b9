package dev.valora.aggregator.store;

import dev.valora.aggregator.Composition;
import dev.valora.aggregator.Cut;
import dev.valora.aggregator.Entries;
import dev.valora.aggregator.Windows;
import dev.valora.aggregator.fold.FoldedUsage;
import dev.valora.aggregator.fold.WindowDelta;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Quantity;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Deltas of one organization in the hour from ten to eleven, as a fold hands them over. */
final class WindowDeltas {

    static final UUID JOURNAL = new UUID(1, 2);
    static final OrganizationId ORGANIZATION = Entries.organization(1);
    static final Instant TEN = Instant.parse("2026-03-01T10:00:00Z");
    static final Instant ELEVEN = Instant.parse("2026-03-01T11:00:00Z");
    static final Cut CUT = Cut.applied(TEN, ELEVEN);

    private WindowDeltas() {}

    /** Two events of a meter that is called after what its windows compose. */
    static WindowDelta delta(String customer, Map<String, String> dimensions, Composition composition, String value) {
        return new WindowDelta(
                ORGANIZATION,
                customer,
                composition == Composition.ADD ? "gb" : "peak",
                new TreeMap<>(dimensions),
                Windows.micros(TEN),
                Windows.micros(ELEVEN),
                composition,
                new Quantity(new BigDecimal(value)),
                2,
                false,
                100,
                110);
    }

    static FoldedUsage usage(WindowDelta... deltas) {
        return new FoldedUsage(List.of(deltas), List.of(), List.of());
    }

    /** Where a fold stands that has applied that many entries. */
    static Checkpoint at(long sequence) {
        return new Checkpoint(JOURNAL, sequence, 0, sequence * 1_000_000);
    }
}
