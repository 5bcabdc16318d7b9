package dev.valora.billing.invoice;

import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.invoice.AdvanceTerms.Held;
import dev.valora.billing.invoice.CycleBill.Before;
import dev.valora.billing.subscription.CycleKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What was billed, given back and waived of some cycles, summed up as whoever bills them next needs it. Pure; one thread. */
public final class LedgerBalance {

    private final Map<CycleKey, Map<LedgerEntry.Key, Before>> before = new HashMap<>();
    private final Map<CycleKey, Map<UUID, List<Held>>> held = new HashMap<>();

    /** Counts one entry more. */
    public void add(UUID subscription, LedgerEntry entry) {
        CycleKey cycle = new CycleKey(subscription, entry.key().cycle());
        DateRange days = entry.days();
        if (days == null) {
            before.computeIfAbsent(cycle, key -> new LinkedHashMap<>())
                    .merge(entry.key(), Before.of(entry), Before::plus);
        } else {
            held.computeIfAbsent(cycle, key -> new LinkedHashMap<>())
                    .computeIfAbsent(entry.key().item(), item -> new ArrayList<>())
                    .add(new Held(days, entry.kind() == LedgerEntry.Kind.CREDITED));
        }
    }

    /** What was billed or waived of a cycle's own usage and licences, each thing once. */
    public List<Before> before(CycleKey cycle) {
        return List.copyOf(before.getOrDefault(cycle, Map.of()).values());
    }

    /** The days of an item's licence in a cycle that were billed in advance, or given back. */
    public List<Held> held(CycleKey cycle, UUID item) {
        return held.getOrDefault(cycle, Map.of()).getOrDefault(item, List.of());
    }
}
