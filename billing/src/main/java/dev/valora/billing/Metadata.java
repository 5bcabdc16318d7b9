package dev.valora.billing;

import dev.valora.ingest.JsonFields;
import java.util.Map;

/** What callers attach to customers, products, plans and subscriptions: strings by name, never interpreted. */
public final class Metadata {

    /** Values an object may carry. */
    public static final int ENTRIES = 50;

    /** Code points of a name, of which there is at least one, or of a value, which may be empty. */
    public static final int TEXT_LENGTH = 500;

    private static final String FIELD = "metadata";

    private Metadata() {}

    /** The body's {@code metadata}; empty when it was not sent. */
    public static Map<String, String> of(JsonFields fields) {
        return fields.stringMap(FIELD, ENTRIES, TEXT_LENGTH);
    }

    /** The body's {@code metadata} replaces what was there, as a whole, when it was sent; null removes it. */
    public static Map<String, String> changed(JsonFields fields, Map<String, String> before) {
        return fields.mentions(FIELD) ? of(fields) : before;
    }
}
