package dev.valora.ingest;

import java.util.Optional;
import java.util.UUID;

/** Names an organization: the seller whose usage, prices and invoices these are. */
public record OrganizationId(UUID value) implements Comparable<OrganizationId> {

    /** Reads the canonical text form; anything else is empty, so that a malformed id in a path is simply not found. */
    public static Optional<OrganizationId> parse(String text) {
        return Ids.parse(text).map(OrganizationId::new);
    }

    @Override
    public int compareTo(OrganizationId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
