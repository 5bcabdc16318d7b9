package dev.valora.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * An accepted event as the journal keeps it, and its fate.
 *
 * @param voided how it was voided; null while it counts
 */
public record StoredEvent(
        EventRecord event, Place place, @Nullable Voided voided) {

    /** Where something stands in the journal, and when it was accepted, in epoch microseconds. */
    public record Place(Position position, long acceptedMicros) {}

    /** The void of the event. */
    public record Voided(String reason, Place place) {}

    /** As the contract shows it: what was sent, then what became of it. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object()
                .put("idempotency_key", event.key())
                .put("customer", event.customer())
                .put(event.isByType() ? "type" : "meter", event.target());
        BigDecimal value = event.value();
        if (value != null) {
            json.put("value", new Quantity(value).toString());
        }
        json.put("timestamp", instant(event.eventMicros()));
        json.set("properties", properties());
        json.put("accepted_at", instant(place.acceptedMicros()))
                .put("position", place.position().toString());
        Voided fate = voided;
        if (fate == null) {
            return json.put("fate", "accepted");
        }
        json.put("fate", "voided")
                .putObject("void")
                .put("reason", fate.reason())
                .put("voided_at", instant(fate.place().acceptedMicros()))
                .put("position", fate.place().position().toString());
        return json;
    }

    private ObjectNode properties() {
        ObjectNode properties = Json.object();
        int property = event.firstProperty();
        for (int i = 0; i < event.propertyCount(); i++) {
            String name =
                    new String(event.bytes(), event.propertyName(property), event.propertyNameLength(property), UTF_8);
            String text = event.propertyString(property);
            switch (event.propertyKind(property)) {
                case RecordLayout.KIND_NUMBER -> properties.put(name, new BigDecimal(text));
                case RecordLayout.KIND_TRUE -> properties.put(name, true);
                case RecordLayout.KIND_FALSE -> properties.put(name, false);
                default -> properties.put(name, text);
            }
            property = event.nextProperty(property);
        }
        return properties;
    }

    private static String instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
    }
}
