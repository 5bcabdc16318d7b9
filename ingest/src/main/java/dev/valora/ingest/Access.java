package dev.valora.ingest;

import java.util.EnumSet;
import java.util.Set;

/** Who may call a route. Every route declares it; there is no default. */
public sealed interface Access {

    /** The operator's key only. */
    record Operator() implements Access {}

    /** A key of an organization that has at least one of these scopes. */
    record AnyOf(Set<Scope> scopes) implements Access {
        public AnyOf {
            scopes = Set.copyOf(scopes);
        }
    }

    /** No key at all: documentation that tells nothing about an organization. */
    record Public() implements Access {}

    static Access operator() {
        return new Operator();
    }

    static Access anyOf(Scope first, Scope... more) {
        return new AnyOf(EnumSet.of(first, more));
    }

    /** Any valid key of an organization. */
    static Access anyKey() {
        return new AnyOf(EnumSet.allOf(Scope.class));
    }

    static Access everyone() {
        return new Public();
    }
}
