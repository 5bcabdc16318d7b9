package dev.valora.bench.reference;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.DateTimeException;

/** Finds the events of a body with Jackson's streaming parser. One thread; reused. */
final class JsonEvents {

    private static final int NO_EVENTS = -1;

    private final JsonFactory json = new JsonFactory();

    /** What is done with an event. */
    @FunctionalInterface
    interface Reader {
        /**
         * Reads from behind the event's opening brace to its closing one.
         *
         * @return whether it had what every event needs
         */
        boolean read(JsonParser parser) throws IOException;
    }

    /** Has each event read; how many there were, negative when the body is neither one whole event nor an array of them. */
    int read(byte[] body, int length, Reader reader) {
        try (JsonParser parser = json.createParser(body, 0, length)) {
            JsonToken first = parser.nextToken();
            if (first == JsonToken.START_OBJECT) {
                return reader.read(parser) ? 1 : NO_EVENTS;
            }
            return first == JsonToken.START_ARRAY ? readArray(parser, reader) : NO_EVENTS;
        } catch (IOException | NumberFormatException | DateTimeException malformed) {
            return NO_EVENTS;
        }
    }

    private static int readArray(JsonParser parser, Reader reader) throws IOException {
        int events = 0;
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            if (!reader.read(parser)) {
                return NO_EVENTS;
            }
            events++;
        }
        return parser.currentToken() == JsonToken.END_ARRAY ? events : NO_EVENTS;
    }
}
