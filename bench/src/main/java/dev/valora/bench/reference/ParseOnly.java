package dev.valora.bench.reference;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * Walks over a body with Jackson's streaming parser: every token is read and every text decoded, no field is converted and
 * no object is made of an event. What it touches is summed, so that no compiler can leave the work out.
 */
final class ParseOnly implements BodySink {

    private final JsonFactory json = new JsonFactory();
    private int touched;

    @Override
    public boolean keepsBody() {
        return true;
    }

    @Override
    public void take(byte[] body, int length, Answer answer) {
        int events = events(body, length);
        if (events < 0) {
            answer.malformed();
        } else {
            answer.taken(events, 0);
        }
    }

    private int events(byte[] body, int length) {
        try (JsonParser parser = json.createParser(body, 0, length)) {
            JsonToken first = parser.nextToken();
            if (first == JsonToken.START_OBJECT) {
                return event(parser) ? 1 : -1;
            }
            if (first != JsonToken.START_ARRAY) {
                return -1;
            }
            int events = 0;
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                if (!event(parser)) {
                    return -1;
                }
                events++;
            }
            return parser.currentToken() == JsonToken.END_ARRAY ? events : -1;
        } catch (IOException e) {
            return -1;
        }
    }

    /** Reads to the end of the event; whether it had the three fields that every event needs. */
    private boolean event(JsonParser parser) throws IOException {
        int needed = 0;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            switch (parser.currentName()) {
                case "idempotency_key", "customer", "meter", "type" -> needed++;
                default -> touched++;
            }
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                properties(parser);
            } else {
                touch(parser);
            }
        }
        return needed == 3;
    }

    private void properties(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            touched += parser.currentName().length();
            parser.nextToken();
            touch(parser);
        }
    }

    private void touch(JsonParser parser) throws IOException {
        char[] text = parser.getTextCharacters();
        int length = parser.getTextLength();
        touched += length == 0 ? 0 : text[parser.getTextOffset()] + length;
    }

    /** What was touched; its only use is that it exists. */
    int touched() {
        return touched;
    }
}
