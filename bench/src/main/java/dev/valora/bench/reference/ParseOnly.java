package dev.valora.bench.reference;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * Walks over a body with Jackson's streaming parser: every token is read and every text decoded, no field is converted and
 * no object is made of an event. What it touches is summed, so that no compiler can leave the work out.
 */
final class ParseOnly implements BodySink {

    private final JsonEvents events = new JsonEvents();
    private int touched;

    @Override
    public boolean keepsBody() {
        return true;
    }

    @Override
    public void take(byte[] body, int length, Answer answer) {
        answer.counted(events.read(body, length, this::event));
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
