package dev.valora.bench.reference;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes an object of each event with Jackson's streaming parser, as a service would that goes on to use it: texts, a decimal
 * value, an instant, a map of properties. Then it is thrown away.
 */
final class ParseEvents implements BodySink {

    private final JsonEvents events = new JsonEvents();
    private long touched;

    /** An event as a service keeps it. */
    private record Event(
            @Nullable String key,
            @Nullable String customer,
            @Nullable String meter,
            @Nullable BigDecimal value,
            @Nullable Instant timestamp,
            Map<String, String> properties) {

        boolean isComplete() {
            return key != null && customer != null && meter != null;
        }
    }

    @Override
    public boolean keepsBody() {
        return true;
    }

    @Override
    public void take(byte[] body, int length, Answer answer) {
        answer.counted(events.read(body, length, parser -> isUsed(event(parser))));
    }

    /** Looks at every member, so that no compiler can leave one out. */
    private boolean isUsed(Event event) {
        touched += event.hashCode();
        return event.isComplete();
    }

    private static Event event(JsonParser parser) throws IOException {
        String key = null;
        String customer = null;
        String meter = null;
        BigDecimal value = null;
        Instant timestamp = null;
        Map<String, String> properties = Map.of();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "idempotency_key" -> key = parser.getText();
                case "customer" -> customer = parser.getText();
                case "meter" -> meter = parser.getText();
                case "value" -> value = new BigDecimal(parser.getText());
                case "timestamp" -> timestamp = Instant.parse(parser.getText());
                case "properties" -> properties = properties(parser);
                default -> parser.skipChildren();
            }
        }
        return new Event(key, customer, meter, value, timestamp, properties);
    }

    private static Map<String, String> properties(JsonParser parser) throws IOException {
        Map<String, String> properties = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            properties.put(name, parser.getText());
        }
        return properties;
    }

    /** What was touched; its only use is that it exists. */
    long touched() {
        return touched;
    }
}
