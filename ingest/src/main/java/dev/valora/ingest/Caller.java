package dev.valora.ingest;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is calling, as told by the key.
 *
 * @param organization whose key it is; null for the operator and on public routes
 * @param scopes of the key; empty for the operator
 * @param actor for audit rows and logs: {@code operator}, {@code key:<prefix>} or {@code anonymous}
 */
public record Caller(@Nullable OrganizationId organization, Set<Scope> scopes, String actor) {

    public Caller {
        scopes = Set.copyOf(scopes);
    }
}
