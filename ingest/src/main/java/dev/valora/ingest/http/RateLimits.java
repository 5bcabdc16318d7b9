package dev.valora.ingest.http;

import dev.valora.ingest.OrganizationId;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Token buckets of organizations for usage, so that a hot one slows no other. A bucket is kept as the time at which it will be
 * full again. How many events a request holds is only known when it was read: it passes while the bucket is not overdrawn, and is
 * charged then, so that an overdrawn organization is refused before its next body is received. One for all event loops; no locks.
 */
final class RateLimits {

    private static final long BURST_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final @Nullable RateQuota quota;
    private final long originNanos;

    /** As many as there are organizations whose keys were good. */
    private final ConcurrentMap<OrganizationId, Buckets> buckets = new ConcurrentHashMap<>();

    /** When each bucket is full again, in nanoseconds since the origin. */
    private static final class Buckets {
        private final AtomicLong requestsFullAt = new AtomicLong();
        private final AtomicLong eventsFullAt = new AtomicLong();
    }

    /**
     * Full buckets.
     *
     * @param quota null for no limits
     * @param nowNanos of the ticker that later calls read too
     */
    RateLimits(@Nullable RateQuota quota, long nowNanos) {
        this.quota = quota;
        this.originNanos = nowNanos;
    }

    /** Takes a request from the organization's bucket and returns 0, or returns how many nanoseconds it must wait first. */
    long admit(OrganizationId organization, long nowNanos) {
        if (quota == null) {
            return 0;
        }
        Buckets of = of(organization);
        long now = nowNanos - originNanos;
        long wait = Math.max(of.requestsFullAt.get(), of.eventsFullAt.get()) - now - BURST_NANOS;
        if (wait > 0) {
            return wait;
        }
        take(of.requestsFullAt, now, SECOND_NANOS / quota.requestsPerSecond());
        return 0;
    }

    /** Charges events that were read; the bucket may be overdrawn by one request. */
    void charge(OrganizationId organization, int events, long nowNanos) {
        if (quota != null) {
            take(
                    of(organization).eventsFullAt,
                    nowNanos - originNanos,
                    events * SECOND_NANOS / quota.eventsPerSecond());
        }
    }

    private static void take(AtomicLong fullAt, long now, long nanos) {
        fullAt.updateAndGet(at -> Math.max(at, now) + nanos);
    }

    private Buckets of(OrganizationId organization) {
        return buckets.computeIfAbsent(organization, id -> new Buckets());
    }
}
