package dev.valora.bench.reference;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The events of a body as columns of text, as a statement takes them: read with Jackson's streaming parser, values by their
 * literals, properties as they stand. One thread; reused.
 */
final class EventColumns {

    private final JsonEvents events = new JsonEvents();

    final List<@Nullable String> keys = new ArrayList<>();
    final List<@Nullable String> customers = new ArrayList<>();
    final List<@Nullable String> meters = new ArrayList<>();
    final List<@Nullable String> values = new ArrayList<>();
    final List<@Nullable String> times = new ArrayList<>();
    final List<@Nullable String> properties = new ArrayList<>();

    /** Reads a body of one event or an array of them; false when it is neither. */
    boolean read(byte[] body, int length) {
        List.of(keys, customers, meters, values, times, properties).forEach(List::clear);
        return events.read(body, length, parser -> event(parser, body)) >= 0;
    }

    int size() {
        return keys.size();
    }

    /** Reads to the end of the event; whether it had what every event needs. */
    private boolean event(JsonParser parser, byte[] body) throws IOException {
        int index = keys.size();
        List.of(keys, customers, meters, values, times, properties).forEach(column -> column.add(null));
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "idempotency_key" -> keys.set(index, parser.getText());
                case "customer" -> customers.set(index, parser.getText());
                case "meter" -> meters.set(index, parser.getText());
                case "value" -> values.set(index, parser.getText());
                case "timestamp" -> times.set(index, parser.getText());
                case "properties" -> properties.set(index, literal(parser, body));
                default -> parser.skipChildren();
            }
        }
        return keys.get(index) != null && customers.get(index) != null && meters.get(index) != null;
    }

    private static String literal(JsonParser parser, byte[] body) throws IOException {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        int to = (int) parser.currentLocation().getByteOffset();
        return new String(body, from, to - from, UTF_8);
    }
}
