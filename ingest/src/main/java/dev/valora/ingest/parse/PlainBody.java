package dev.valora.ingest.parse;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.valora.ingest.Limits;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.admission.UsageBatch;

/**
 * Reads a body whose events are all of the plain form, see {@link EventScanner}, in one pass over its bytes. One thread; reused.
 */
final class PlainBody {

    private static final int OTHER = EventScanner.OTHER;
    private static final byte[] EVENTS = "\"events\"".getBytes(US_ASCII);

    private final BodyText body = new BodyText();
    private final EventDraft draft = new EventDraft();
    private final EventScanner events = new EventScanner(body, draft);
    private final EventPlacer placer;

    PlainBody(EventPlacer placer) {
        this.placer = placer;
    }

    /**
     * Fills the batch with the events of a body.
     *
     * @param lines whether the events follow one another with nothing but white space between them
     * @return false when the body is not of the plain form, or is more than a request may hold; the batch then holds some of its
     *     events
     */
    boolean read(byte[] bytes, int length, boolean lines, UsageBatch batch, MeterDirectory.Lookup lookup) {
        body.wrap(bytes, length);
        draft.readFrom(body.bytes());
        int at = body.skipBlanks(0);
        int end = lines ? readLines(at, batch, lookup) : readDocument(at, batch, lookup);
        return end != OTHER
                && body.skipBlanks(end) == length
                && batch.size() > 0
                && (body.isAscii() || Utf8.firstMalformed(bytes, length) < 0);
    }

    private int readLines(int from, UsageBatch batch, MeterDirectory.Lookup lookup) {
        int at = from;
        for (int index = 0; at < body.length(); index++) {
            at = readEvent(at, index, batch, lookup);
            if (at == OTHER) {
                return OTHER;
            }
            at = body.skipBlanks(at);
        }
        return at;
    }

    private int readDocument(int at, UsageBatch batch, MeterDirectory.Lookup lookup) {
        if (body.at(at) == '[') {
            return readArray(at, batch, lookup);
        }
        if (body.at(at) != '{') {
            return OTHER;
        }
        int name = body.skipBlanks(at + 1);
        return body.holds(EVENTS, name) ? readAround(name, batch, lookup) : readEvent(at, 0, batch, lookup);
    }

    /** The object around the events, from its only name on. */
    private int readAround(int name, UsageBatch batch, MeterDirectory.Lookup lookup) {
        int colon = body.skipBlanks(name + EVENTS.length);
        int array = body.at(colon) == ':' ? body.skipBlanks(colon + 1) : OTHER;
        int end = array == OTHER || body.at(array) != '[' ? OTHER : readArray(array, batch, lookup);
        int brace = end == OTHER ? OTHER : body.skipBlanks(end);
        return brace != OTHER && body.at(brace) == '}' ? brace + 1 : OTHER;
    }

    private int readArray(int from, UsageBatch batch, MeterDirectory.Lookup lookup) {
        int at = body.skipBlanks(from + 1);
        for (int index = 0; ; index++) {
            at = readEvent(at, index, batch, lookup);
            if (at == OTHER) {
                return OTHER;
            }
            at = body.skipBlanks(at);
            if (body.at(at) == ']') {
                return at + 1;
            }
            if (body.at(at) != ',') {
                return OTHER;
            }
            at = body.skipBlanks(at + 1);
        }
    }

    private int readEvent(int at, int index, UsageBatch batch, MeterDirectory.Lookup lookup) {
        if (body.at(at) != '{' || index == Limits.REQUEST_EVENTS) {
            return OTHER;
        }
        int end = events.scan(at + 1);
        return end != OTHER && placer.place(draft, index, batch, lookup) ? end : OTHER;
    }
}
