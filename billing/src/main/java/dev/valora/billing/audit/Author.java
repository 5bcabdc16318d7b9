package dev.valora.billing.audit;

import dev.valora.ingest.ApiRequest;
import dev.valora.ingest.OrganizationId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who changes something, and when.
 *
 * @param organization whose billing is changed
 * @param actor such as {@code key:<prefix>}, or the job's name
 * @param requestId null when no request asked for it
 * @param at the time that entries and rows carry
 */
public record Author(
        OrganizationId organization, String actor, @Nullable String requestId, Instant at) {

    /** The caller of a request. */
    public static Author of(ApiRequest request, Instant at) {
        return new Author(request.organization(), request.caller().actor(), request.id(), at);
    }

    /** A job of the server itself. */
    public static Author job(OrganizationId organization, String name, Instant at) {
        return new Author(organization, "job:" + name, null, at);
    }
}
