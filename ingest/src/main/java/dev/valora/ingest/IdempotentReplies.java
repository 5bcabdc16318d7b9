package dev.valora.ingest;

import org.jspecify.annotations.Nullable;

/**
 * Remembers what was answered to a POST with an {@code Idempotency-Key}, for 24 hours. Blocks; any thread but an event loop.
 */
public interface IdempotentReplies {

    /** What is known of a key. */
    sealed interface Claim {
        /** The key is new and now taken by this request, which must {@link #keep} or {@link #release} it. */
        record First() implements Claim {}

        /** The same request was answered before. */
        record Answered(Reply reply) implements Claim {}

        /** Another request used the key. */
        record Reused() implements Claim {}

        /** The same request is being worked on right now, or its end is not known yet. */
        record InProgress() implements Claim {}
    }

    /**
     * Takes the key or tells what is known of it.
     *
     * @param organization null for the operator
     * @param requestHash over method, path and body
     */
    Claim claim(@Nullable OrganizationId organization, String key, String requestHash);

    /** Remembers the answer, without any {@code secret} in it. */
    void keep(@Nullable OrganizationId organization, String key, Reply reply);

    /** Gives the key back: the request failed in a way that a retry may mend. */
    void release(@Nullable OrganizationId organization, String key);
}
