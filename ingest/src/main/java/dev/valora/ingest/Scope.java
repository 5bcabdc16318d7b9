package dev.valora.ingest;

import java.util.Optional;

/** What an API key may do. */
public enum Scope {
    USAGE_WRITE("usage:write"),
    USAGE_READ("usage:read"),
    BILLING_READ("billing:read"),
    BILLING_WRITE("billing:write"),
    ADMIN("admin");

    private final String wireName;

    Scope(String wireName) {
        this.wireName = wireName;
    }

    /** The name used by the HTTP contract and in the database. */
    public String wireName() {
        return wireName;
    }

    /** Reads a wire name; empty when there is no such scope. */
    public static Optional<Scope> ofWireName(String name) {
        for (Scope scope : values()) {
            if (scope.wireName.equals(name)) {
                return Optional.of(scope);
            }
        }
        return Optional.empty();
    }
}
