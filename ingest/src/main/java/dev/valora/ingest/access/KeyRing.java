package dev.valora.ingest.access;

import dev.valora.ingest.Authenticator;
import dev.valora.ingest.Caller;
import dev.valora.ingest.Database;
import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import dev.valora.ingest.Ticker;
import dev.valora.ingest.WallClock;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The keys that are in use, so that a request costs no SQL. What it says is never older than a second: a key is confirmed
 * ahead, in the background, once its last confirmation is half a second old, and beyond a second nobody is let in before
 * PostgreSQL was asked. While PostgreSQL cannot be asked, keys that it confirmed within the last hour may still write usage.
 *
 * <p>Known keys are found by the header as it was sent. Their number is bounded, and a key that PostgreSQL does not know is
 * remembered in a small ring of its own: strangers cannot push out those who belong here. Any thread.
 */
public final class KeyRing implements Authenticator {

    static final long CONFIRM_AHEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    static final long VALID_NANOS = TimeUnit.SECONDS.toNanos(1);
    static final long VALID_WHILE_AWAY_NANOS = TimeUnit.MINUTES.toNanos(60);
    static final int KNOWN_KEYS = 20_000;

    private static final String SCHEME = "Bearer ";
    private static final int HEADER_LENGTH = 512;
    private static final int RETRY_AFTER_SECONDS = 1;
    private static final long WAIT_MILLIS = 1_000;

    /** Look-ups of unknown keys at once: a flood of them must leave connections to those who have work to store. */
    private static final int LOOKUPS = 2;

    private final ApiKeyStore keys;
    private final KeyConfirmations confirmations;
    private final byte[] operatorSha256;
    private final WallClock clock;
    private final Ticker ticker;
    private final int knownKeysMax;
    private final Map<String, KnownKey> known = new ConcurrentHashMap<>();
    private final UnknownKeys unknown = new UnknownKeys();
    private final Semaphore lookups = new Semaphore(LOOKUPS);
    private final AtomicLong revocations = new AtomicLong();

    /** Where keys are confirmed, and how many are remembered. */
    record Workings(Executor background, int knownKeys) {}

    /** Confirms keys in the background on virtual threads. */
    public KeyRing(Database database, String operatorKey, WallClock clock, Ticker ticker) {
        this(database, operatorKey, clock, ticker, new Workings(Thread::startVirtualThread, KNOWN_KEYS));
    }

    KeyRing(Database database, String operatorKey, WallClock clock, Ticker ticker, Workings workings) {
        if (operatorKey.isBlank()) {
            throw new IllegalArgumentException("the operator's key must not be empty");
        }
        this.keys = new ApiKeyStore(database);
        this.confirmations = new KeyConfirmations(keys, ticker, workings.background(), this::drop);
        this.operatorSha256 = KeySecret.sha256(operatorKey);
        this.clock = clock;
        this.ticker = ticker;
        this.knownKeysMax = workings.knownKeys();
    }

    @Override
    public @Nullable Caller known(@Nullable String authorization) {
        KnownKey key = authorization == null ? null : known.get(authorization);
        if (key == null || key.hasExpired(clock.epochMicros())) {
            return null;
        }
        long now = ticker.nanos();
        key.use(now);
        long age = now - key.confirmedNanos();
        if (age > CONFIRM_AHEAD_NANOS) {
            confirmations.want(key);
        }
        if (age <= VALID_NANOS) {
            return key.caller();
        }
        return confirmations.areFailing() && age <= VALID_WHILE_AWAY_NANOS ? key.usageOnly() : null;
    }

    @Override
    public Caller authenticate(@Nullable String authorization) {
        String token = token(authorization);
        byte[] sha256 = KeySecret.sha256(token);
        if (MessageDigest.isEqual(sha256, operatorSha256)) {
            return new Caller(null, Set.of(), "operator");
        }
        if (!KeySecret.isWellFormed(token) || unknown.contains(sha256)) {
            throw refused();
        }
        String header = SCHEME + token;
        KnownKey key = known.get(header);
        return key == null ? lookUp(header, sha256) : confirmed(key);
    }

    /** Refuses a key from now on; called once its revocation is committed, or may be. */
    void forget(UUID keyId) {
        revocations.incrementAndGet();
        known.values().removeIf(key -> {
            boolean same = key.id().equals(keyId);
            if (same) {
                key.revoke();
            }
            return same;
        });
    }

    int knownKeys() {
        return known.size();
    }

    private void drop(KnownKey key) {
        key.revoke();
        known.values().remove(key);
    }

    private Caller confirmed(KnownKey key) {
        refuseIfOver(key);
        if (ticker.nanos() - key.confirmedNanos() <= VALID_NANOS) {
            return key.caller();
        }
        if (confirmations.want(key)) {
            await(key);
        }
        refuseIfOver(key);
        long age = ticker.nanos() - key.confirmedNanos();
        if (age <= VALID_NANOS) {
            return key.caller();
        }
        Caller usageOnly = key.usageOnly();
        if (usageOnly != null && age <= VALID_WHILE_AWAY_NANOS) {
            return usageOnly;
        }
        throw unconfirmed();
    }

    private void refuseIfOver(KnownKey key) {
        if (key.isRevoked() || key.hasExpired(clock.epochMicros())) {
            throw refused();
        }
    }

    private static void await(KnownKey key) {
        try {
            key.confirmation().get(WAIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            // The key's age then tells that it was not confirmed.
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("a confirmation ends without an error", impossible);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw unconfirmed();
        }
    }

    private Caller lookUp(String header, byte[] sha256) {
        acquireLookup();
        try {
            KnownKey meanwhile = known.get(header);
            if (meanwhile != null) {
                return confirmed(meanwhile);
            }
            if (unknown.contains(sha256)) {
                throw refused();
            }
            long revocationsBefore = revocations.get();
            Optional<KnownKey> found = keys.find(sha256, ticker.nanos());
            confirmations.succeeded();
            if (found.isEmpty()) {
                unknown.add(sha256);
                throw refused();
            }
            KnownKey key = found.get();
            remember(header, key, revocationsBefore);
            refuseIfOver(key);
            return key.caller();
        } catch (DatabaseException failed) {
            confirmations.failed(failed);
            throw unconfirmed();
        } finally {
            lookups.release();
        }
    }

    /** A revocation that came between the look-up and now may have found nothing to forget: then nothing is remembered. */
    private void remember(String header, KnownKey key, long revocationsBefore) {
        if (known.size() >= knownKeysMax) {
            forgetLeastRecentlyUsed();
        }
        known.put(header, key);
        if (revocations.get() != revocationsBefore) {
            known.remove(header, key);
        }
    }

    /** A tenth at a time, so that its cost is shared by as many look-ups. */
    private synchronized void forgetLeastRecentlyUsed() {
        if (known.size() < knownKeysMax) {
            return;
        }
        long now = ticker.nanos();
        long[] idle = known.values().stream()
                .mapToLong(key -> now - key.usedNanos())
                .sorted()
                .toArray();
        int leaving = Math.max(1, idle.length / 10);
        long limit = idle[idle.length - leaving];
        int[] left = {leaving};
        known.values().removeIf(key -> now - key.usedNanos() >= limit && left[0]-- > 0);
    }

    private void acquireLookup() {
        try {
            if (!lookups.tryAcquire(WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                throw unconfirmed();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw unconfirmed();
        }
    }

    private static String token(@Nullable String authorization) {
        if (authorization == null) {
            throw new ProblemException(unauthenticated("api_key_required", "Send Authorization: Bearer <key>."));
        }
        if (authorization.length() > HEADER_LENGTH
                || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw refused();
        }
        return authorization.substring(SCHEME.length()).strip();
    }

    private static ProblemException refused() {
        return new ProblemException(
                unauthenticated("invalid_api_key", "There is no such key, or it is no longer valid."));
    }

    private static Problem unauthenticated(String code, String detail) {
        return new Problem(
                ProblemKind.UNAUTHENTICATED, code, detail, List.of(), null, Map.of("WWW-Authenticate", "Bearer"));
    }

    private static ProblemException unconfirmed() {
        return new ProblemException(Problem.unavailable(
                "key_unconfirmed", "The key cannot be looked up right now; send the same again.", RETRY_AFTER_SECONDS));
    }

    /** Hashes of keys that PostgreSQL does not know. Their secrets are random, so none of them will ever become one. */
    private static final class UnknownKeys {
        private static final int SIZE = 4_096;
        private final byte[][] ring = new byte[SIZE][];

        private synchronized boolean contains(byte[] sha256) {
            byte[] there = ring[slot(sha256)];
            return there != null && Arrays.equals(there, sha256);
        }

        private synchronized void add(byte[] sha256) {
            ring[slot(sha256)] = sha256;
        }

        private static int slot(byte[] sha256) {
            return ((sha256[0] << 8) | (sha256[1] & 0xFF)) & (SIZE - 1);
        }
    }
}
