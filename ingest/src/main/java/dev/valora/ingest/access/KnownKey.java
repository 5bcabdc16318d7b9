package dev.valora.ingest.access;

import dev.valora.ingest.Caller;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Scope;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A key that was found, and when PostgreSQL last said that it lives. Any thread. */
final class KnownKey {

    private static final long USE_GRAIN_NANOS = 100_000_000;

    private final UUID id;
    private final Caller caller;
    private final @Nullable Caller usageOnly;
    private final long expiresAtMicros;
    private final AtomicReference<@Nullable CompletableFuture<Void>> confirmation = new AtomicReference<>();
    private volatile long confirmedNanos;
    private volatile long usedNanos;
    private volatile boolean revoked;

    /** @param askedNanos when PostgreSQL was asked; the answer may be that old */
    KnownKey(
            UUID id,
            OrganizationId organization,
            Set<Scope> scopes,
            String prefix,
            @Nullable Instant expiresAt,
            long askedNanos) {
        String actor = "key:" + prefix;
        this.id = id;
        this.caller = new Caller(organization, scopes, actor);
        this.usageOnly = scopes.contains(Scope.USAGE_WRITE)
                ? new Caller(organization, Set.of(Scope.USAGE_WRITE), actor, false)
                : null;
        this.expiresAtMicros = expiresAt == null ? Long.MAX_VALUE : ChronoUnit.MICROS.between(Instant.EPOCH, expiresAt);
        this.confirmedNanos = askedNanos;
        this.usedNanos = askedNanos;
    }

    UUID id() {
        return id;
    }

    Caller caller() {
        return caller;
    }

    /** What is left of the caller while PostgreSQL cannot be asked; null when that is nothing. */
    @Nullable
    Caller usageOnly() {
        return usageOnly;
    }

    boolean hasExpired(long nowMicros) {
        return nowMicros >= expiresAtMicros;
    }

    long confirmedNanos() {
        return confirmedNanos;
    }

    void confirm(long askedNanos) {
        confirmedNanos = askedNanos;
    }

    long usedNanos() {
        return usedNanos;
    }

    /** Written seldom, so that threads that share a hot key do not fight for its cache line. */
    void use(long nowNanos) {
        if (nowNanos - usedNanos > USE_GRAIN_NANOS) {
            usedNanos = nowNanos;
        }
    }

    boolean isRevoked() {
        return revoked;
    }

    void revoke() {
        revoked = true;
    }

    /** Begins to wait for a confirmation; false when somebody waits already. */
    boolean beginConfirmation() {
        return confirmation.get() == null && confirmation.compareAndSet(null, new CompletableFuture<>());
    }

    /** Done once the confirmation that is waited for has been answered or has failed; done already when there is none. */
    CompletableFuture<Void> confirmation() {
        CompletableFuture<Void> waiting = confirmation.get();
        return waiting == null ? CompletableFuture.completedFuture(null) : waiting;
    }

    void endConfirmation() {
        CompletableFuture<Void> waiting = confirmation.getAndSet(null);
        if (waiting != null) {
            waiting.complete(null);
        }
    }
}
