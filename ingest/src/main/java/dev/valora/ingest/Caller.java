package dev.valora.ingest;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is calling, as told by the key.
 *
 * @param organization whose key it is; null for the operator and on public routes
 * @param scopes of the key; empty for the operator
 * @param actor for audit rows and logs: {@code operator}, {@code key:<prefix>} or {@code anonymous}
 * @param confirmed false while PostgreSQL cannot be asked: the key was valid not long ago and may only write usage, and a
 *     scope that is missing then means 503, not 403
 */
public record Caller(@Nullable OrganizationId organization, Set<Scope> scopes, String actor, boolean confirmed) {

    public Caller {
        scopes = Set.copyOf(scopes);
    }

    /** A caller whose key was confirmed. */
    public Caller(@Nullable OrganizationId organization, Set<Scope> scopes, String actor) {
        this(organization, scopes, actor, true);
    }
}
