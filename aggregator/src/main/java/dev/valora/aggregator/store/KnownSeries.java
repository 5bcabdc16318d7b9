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

    /** The one that was asked for last is the last. */
    private final LinkedHashMap<SeriesKey, Long> ids = new LinkedHashMap<>();

    private final int max;

    /** @param max series at most, at least 1; each takes some 200 bytes and its customer's name */
    KnownSeries(int max) {
        this.max = max;
    }

    /** The number of a series, or {@link #UNKNOWN}. */
    long idOf(SeriesKey key) {
        Long id = ids.get(key);
        if (id == null) {
            return UNKNOWN;
        }
        ids.putLast(key, id);
        return id;
    }

    /** Takes what a transaction has learned; to be called when that has committed, and not before. */
    void add(Map<SeriesKey, Long> learned) {
        learned.forEach(ids::putLast);
        while (ids.size() > max) {
            ids.pollFirstEntry();
        }
    }

    void clear() {
        ids.clear();
    }
}
