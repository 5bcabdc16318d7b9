package dev.valora.ingest.parse;

/** The names that mean something in a usage body. */
enum Member {
    IDEMPOTENCY_KEY("idempotency_key"),
    CUSTOMER("customer"),
    METER("meter"),
    TYPE("type"),
    VALUE("value"),
    TIMESTAMP("timestamp"),
    PROPERTIES("properties"),
    /** Of the body around the events, not of an event. */
    EVENTS("events"),
    /** Any other name. */
    UNKNOWN(""),
    /** No name but the end of the object. */
    END("");

    private final String wireName;

    Member(String wireName) {
        this.wireName = wireName;
    }

    String wireName() {
        return wireName;
    }

    /** Whether an event may have it. */
    boolean isOfEvent() {
        return switch (this) {
            case IDEMPOTENCY_KEY, CUSTOMER, METER, TYPE, VALUE, TIMESTAMP, PROPERTIES -> true;
            case EVENTS, UNKNOWN, END -> false;
        };
    }

    static Member of(String name) {
        return switch (name) {
            case "idempotency_key" -> IDEMPOTENCY_KEY;
            case "customer" -> CUSTOMER;
            case "meter" -> METER;
            case "type" -> TYPE;
            case "value" -> VALUE;
            case "timestamp" -> TIMESTAMP;
            case "properties" -> PROPERTIES;
            case "events" -> EVENTS;
            default -> UNKNOWN;
        };
    }
}
