package dev.valora.billing.audit;

import dev.valora.ingest.ApiRequest;
import dev.valora.ingest.OrganizationId;
import org.jspecify.annotations.Nullable;

/**
 * Who changes something.
 *
 * @param organization whose billing is changed
 * @param actor such as {@code key:<prefix>}, or the job's name
 * @param requestId null when no request asked for it
 */
public record Author(
        OrganizationId organization, String actor, @Nullable String requestId) {

    /** The caller of a request. */
    public static Author of(ApiRequest request) {
        return new Author(request.organization(), request.caller().actor(), request.id());
    }

    /** A job of the server itself. */
    public static Author job(OrganizationId organization, String name) {
        return new Author(organization, "job:" + name, null);
    }
}
