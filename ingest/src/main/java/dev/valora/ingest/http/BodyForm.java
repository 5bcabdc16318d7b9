package dev.valora.ingest.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The forms in which usage may be sent; they decide where pointers point and what a single conflict answers. */
enum BodyForm {
    /** One event. */
    SINGLE,
    /** An array of events. */
    ARRAY,
    /** {@code {"events":[…]}}. */
    WRAPPED,
    /** Newline-delimited JSON, an event a line. */
    LINES;

    private static final byte[] EVENTS = "\"events\"".getBytes(StandardCharsets.US_ASCII);

    /** The form of a JSON document that was read as so many events: told by its first two tokens. */
    static BodyForm of(byte[] body, int length, int events) {
        int at = skipSpace(body, 0, length);
        if (at < length && body[at] == '[') {
            return ARRAY;
        }
        at = skipSpace(body, at + 1, length);
        boolean wrapped =
                at + EVENTS.length <= length && Arrays.equals(body, at, at + EVENTS.length, EVENTS, 0, EVENTS.length);
        // The name may be written with escapes, so the count has a word in it too.
        return wrapped || events > 1 ? WRAPPED : SINGLE;
    }

    /** JSON Pointer to the event with this index. */
    String pointer(int index) {
        return switch (this) {
            case SINGLE -> "";
            case ARRAY, LINES -> "/" + index;
            case WRAPPED -> "/events/" + index;
        };
    }

    private static int skipSpace(byte[] body, int from, int length) {
        int at = from;
        while (at < length && (body[at] == ' ' || body[at] == '\n' || body[at] == '\r' || body[at] == '\t')) {
            at++;
        }
        return at;
    }
}
