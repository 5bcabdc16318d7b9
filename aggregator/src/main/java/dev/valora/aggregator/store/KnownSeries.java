package dev.valora.aggregator.store;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Numbers of series that committed transactions have given or found, so that a flush need not ask for them again. Bounded: the one
 * that was longest not asked for goes first. One thread.
 */
final class KnownSeries {

    /** Numbers begin at 1. */
    static final long UNKNOWN = 0;

    private final LinkedHashMap<SeriesKey, Long> ids;

    /** @param max series at most, at least 1; each takes some 200 bytes and its customer's name */
    KnownSeries(int max) {
        this.ids = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<SeriesKey, Long> eldest) {
                return size() > max;
            }
        };
    }

    /** The number of a series, or {@link #UNKNOWN}. */
    long idOf(SeriesKey key) {
        return ids.getOrDefault(key, UNKNOWN);
    }

    /** Takes what a transaction has learned; to be called when that has committed, and not before. */
    void add(Map<SeriesKey, Long> learned) {
        ids.putAll(learned);
    }

    void clear() {
        ids.clear();
    }
}
