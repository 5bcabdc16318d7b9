package dev.valora.ingest;

import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** Reads row ids as they stand in paths. */
public final class Ids {

    private Ids() {}

    /** A UUID in its canonical 36-character form; empty for anything else. Never throws. */
    public static Optional<UUID> parse(String text) {
        if (text.length() != 36) {
            return Optional.empty();
        }
        try {
            UUID id = UUID.fromString(text);
            return id.toString().equals(text.toLowerCase(Locale.ROOT)) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }
}
