package dev.valora.ingest.http;

import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Page;
import dev.valora.ingest.WallClock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The latest events that were answered and not counted, of each organization. In memory only and bounded twice: a sender can
 * see what its last requests got wrong, and nobody can fill the heap with mistakes. Any thread.
 */
public final class RejectionLog {

    /** Events of one organization; older ones are forgotten. */
    public static final int EVENTS = 500;

    /** Organizations; the one whose last failure is longest ago is forgotten. */
    public static final int ORGANIZATIONS = 50;

    private final WallClock clock;

    // Under the lock of this object. The map is in the order in which organizations were last written to.
    private final Map<OrganizationId, ArrayDeque<Kept>> kept = new LinkedHashMap<>(16, 0.75f, true);
    private long lastNumber;

    /**
     * A failure that is remembered.
     *
     * @param number ascends with every failure, also over restarts as long as the clock does not go back
     * @param receivedMicros when it was answered, in epoch microseconds
     */
    record Kept(long number, long receivedMicros, UsageFailure failure) {}

    public RejectionLog(WallClock clock) {
        this.clock = clock;
    }

    /** Remembers the failures of one request. */
    void add(OrganizationId organization, List<UsageFailure> failures) {
        if (failures.isEmpty()) {
            return;
        }
        long now = clock.epochMicros();
        synchronized (this) {
            ArrayDeque<Kept> own = kept.computeIfAbsent(organization, first -> new ArrayDeque<>());
            for (UsageFailure failure : failures.subList(Math.max(0, failures.size() - EVENTS), failures.size())) {
                lastNumber = Math.max(lastNumber + 1, now);
                if (own.size() == EVENTS) {
                    own.removeFirst();
                }
                own.addLast(new Kept(lastNumber, now, failure));
            }
            if (kept.size() > ORGANIZATIONS) {
                kept.remove(kept.keySet().iterator().next());
            }
        }
    }

    /** What a page takes, oldest first, one more than it shows. */
    List<Kept> list(OrganizationId organization, Page page) {
        List<Kept> rows = new ArrayList<>();
        synchronized (this) {
            ArrayDeque<Kept> own = kept.get(organization);
            if (own != null) {
                own.stream()
                        .filter(row -> row.number() > page.after())
                        .limit(page.fetch())
                        .forEach(rows::add);
            }
        }
        return rows;
    }
}
