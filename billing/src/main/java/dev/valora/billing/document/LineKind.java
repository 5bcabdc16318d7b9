package dev.valora.billing.document;

import com.fasterxml.jackson.databind.JsonNode;

/** How a page treats the lines of one kind. */
enum LineKind {
    RECURRING("", false),
    USAGE("", false),
    MINIMUM("", false),
    MAXIMUM("", false),
    PRORATION("", true),
    LATE_USAGE("", true),
    ADJUSTMENT("Adjustment", true),
    /** Of a newer version than this page. */
    OTHER("", false);

    private final String label;
    private final boolean correction;

    LineKind(String label, boolean correction) {
        this.label = label;
        this.correction = correction;
    }

    static LineKind of(JsonNode line) {
        return switch (line.path("kind").asText()) {
            case "recurring" -> RECURRING;
            case "usage" -> USAGE;
            case "minimum" -> MINIMUM;
            case "maximum" -> MAXIMUM;
            // A seat that is added within a period is prorated too, and charged.
            case "proration" -> line.path("amount").asText().startsWith("-") ? PRORATION : RECURRING;
            case "late_usage" -> LATE_USAGE;
            case "adjustment" -> ADJUSTMENT;
            default -> OTHER;
        };
    }

    /** What it is beside its description; empty when that says it. */
    String label() {
        return label;
    }

    /** Whether it stands apart from what the period itself is charged. */
    boolean isCorrection() {
        return correction;
    }

    /** Whether its amount came about from measured quantities. */
    boolean isUsage() {
        return this == USAGE || this == LATE_USAGE;
    }
}
