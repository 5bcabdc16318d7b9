package dev.valora.ingest;

import org.jspecify.annotations.Nullable;

/** Tells who is calling from the {@code Authorization} header. Any thread. */
public interface Authenticator {

    /**
     * Answers from memory, for the hot path: never blocks. Null when the header must be looked up with {@link #authenticate}
     * first, be it unknown, malformed or not confirmed for too long.
     */
    @Nullable
    Caller known(@Nullable String authorization);

    /**
     * Looks the key up. Blocks on PostgreSQL; never on an event loop.
     *
     * @throws ProblemException 401 when there is no such live key, 503 when PostgreSQL cannot be asked
     */
    Caller authenticate(@Nullable String authorization);
}
