package dev.valora.billing.schedule;

import dev.valora.ingest.OrganizationId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of organizations whose work does not go well, so that it keeps nobody else waiting: an organization has
 * one batch in turn, after one that took too long it waits as long as that took, and while nothing of it can be done it waits
 * longer each time. Under the run's lock.
 */
final class OrganizationTurns {

    private static final long FIRST_WAIT_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST_WAIT_NANOS = Duration.ofMinutes(5).toNanos();
    private static final int DOUBLINGS_MAX = 10;

    private final int batchSize;
    private final Map<OrganizationId, Troubled> troubled = new HashMap<>();

    /**
     * An organization whose last batch failed, or whose batches are not yet as large again.
     *
     * @param limit subscriptions or cycles of its next batch
     * @param standstills times in a row that nothing could be done
     * @param waitsSince reading of the ticker
     * @param waitNanos from then on; 0 when it does not wait
     * @param stuck what could not be done; null when something could
     */
    private record Troubled(
            int limit, int standstills, long waitsSince, long waitNanos, BillingRun.@Nullable Unfinished stuck) {}

    /** @param batchSize subscriptions or cycles of a batch, unless there was trouble */
    OrganizationTurns(int batchSize) {
        this.batchSize = batchSize;
    }

    /** Subscriptions or cycles of its next batch. */
    int limit(OrganizationId organization) {
        Troubled known = troubled.get(organization);
        return known == null ? batchSize : known.limit();
    }

    boolean isWaiting(OrganizationId organization, long nowNanos) {
        Troubled known = troubled.get(organization);
        return known != null && nowNanos - known.waitsSince() < known.waitNanos();
    }

    /** A batch was committed: the next one may be twice as large again. */
    void done(OrganizationId organization) {
        troubled.computeIfPresent(
                organization,
                (id, known) -> known.limit() * 2 < batchSize ? new Troubled(known.limit() * 2, 0, 0, 0, null) : null);
    }

    /**
     * A batch of several was undone: the next one is half as large.
     *
     * @param waitNanos until then
     */
    void halve(OrganizationId organization, long nowNanos, long waitNanos) {
        troubled.put(organization, new Troubled(Math.max(1, limit(organization) / 2), 0, nowNanos, waitNanos, null));
    }

    /**
     * Nothing of it could be done.
     *
     * @param tookNanos to find that out; it waits no shorter
     */
    void standStill(OrganizationId organization, BillingRun.Unfinished stuck, long nowNanos, long tookNanos) {
        Troubled known = troubled.get(organization);
        int before = known == null ? 0 : known.standstills();
        long waitNanos =
                Math.min(LONGEST_WAIT_NANOS, Math.max(FIRST_WAIT_NANOS, tookNanos) << Math.min(before, DOUBLINGS_MAX));
        troubled.put(organization, new Troubled(limit(organization), before + 1, nowNanos, waitNanos, stuck));
    }

    /** What could not be done, of the organizations for which nothing can; first what is the most overdue. */
    List<BillingRun.Unfinished> stuck() {
        List<BillingRun.Unfinished> stuck = new ArrayList<>();
        for (Troubled known : troubled.values()) {
            if (known.stuck() != null) {
                stuck.add(known.stuck());
            }
        }
        stuck.sort(Comparator.comparing(BillingRun.Unfinished::due).thenComparing(BillingRun.Unfinished::what));
        return stuck;
    }
}
