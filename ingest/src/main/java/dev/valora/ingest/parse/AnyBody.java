package dev.valora.ingest.parse;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.valora.ingest.FieldProblem;
import dev.valora.ingest.Limits;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import dev.valora.ingest.admission.UsageBatch;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads bodies of every form, with the parser of Jackson, and says what is wrong with those that cannot be read. One thread;
 * reused.
 */
final class AnyBody {

    private final EventPlacer placer;
    private final JsonCursor cursor = new JsonCursor();
    private final EventReader reader = new EventReader(cursor);
    private Form form = Form.DOCUMENT;

    /** How events stand in a body. */
    private enum Form {
        /** One JSON document that is or holds the events. */
        DOCUMENT,
        /** One event after the other. */
        LINES
    }

    AnyBody(EventPlacer placer) {
        this.placer = placer;
    }

    /**
     * Fills an empty batch with the events of a body; see {@link UsageParser#parse}.
     *
     * @throws ProblemException when the body is refused; the batch may then hold some of its events
     */
    void read(byte[] body, int length, boolean lines, UsageBatch batch, MeterDirectory.Lookup lookup)
            throws IOException {
        form = lines ? Form.LINES : Form.DOCUMENT;
        if (!tryRead(body, length, batch, lookup, false)) {
            cursor.forgetNames();
            batch.restart();
            tryRead(body, length, batch, lookup, true);
        }
    }

    /** False when the body broke a bound of the JSON parser for which names of earlier bodies may be to blame. */
    private boolean tryRead(byte[] body, int length, UsageBatch batch, MeterDirectory.Lookup lookup, boolean isLastTry)
            throws IOException {
        cursor.open(body, length);
        try {
            readBody(batch, lookup);
        } catch (StreamConstraintsException refused) {
            if (isLastTry) {
                throw cursor.malformed(refused);
            }
            return false;
        } catch (JsonProcessingException refused) {
            throw cursor.malformed(refused);
        } finally {
            cursor.close();
        }
        if (batch.size() == 0 && batch.rejections().isEmpty()) {
            throw refusal(ProblemKind.INVALID, "no_events", "Send at least one event.");
        }
        return true;
    }

    private void readBody(UsageBatch batch, MeterDirectory.Lookup lookup) throws IOException {
        if (form == Form.LINES) {
            readEvents(batch, lookup, "", null);
            return;
        }
        JsonToken first = cursor.next();
        if (first == null) {
            throw cursor.malformed("it is empty");
        }
        switch (first) {
            case START_ARRAY -> readEvents(batch, lookup, "", JsonToken.END_ARRAY);
            case START_OBJECT -> readObject(batch, lookup);
            default -> throw notEvents();
        }
        if (cursor.next() != null) {
            throw cursor.malformed("something follows the events");
        }
    }

    /** @param end the token behind the last event; null for the end of the body */
    private void readEvents(UsageBatch batch, MeterDirectory.Lookup lookup, String pointer, @Nullable JsonToken end)
            throws IOException {
        int index = 0;
        for (JsonToken token = cursor.next(); token != end; token = cursor.next()) {
            if (index == Limits.REQUEST_EVENTS) {
                throw refusal(
                        ProblemKind.TOO_LARGE,
                        "too_many_events",
                        "Send at most " + Limits.REQUEST_EVENTS + " events in one request. Nothing was accepted.");
            }
            reader.begin();
            boolean isEvent = false;
            if (token == JsonToken.START_OBJECT) {
                isEvent = reader.read(reader.firstMember());
            } else {
                reader.readNoObject();
            }
            take(isEvent, index, batch, lookup, pointer);
            index++;
        }
    }

    /** An object is one event, or holds the events as its only member. */
    private void readObject(UsageBatch batch, MeterDirectory.Lookup lookup) throws IOException {
        reader.begin();
        Member first = reader.firstMember();
        if (first != Member.EVENTS) {
            boolean isEvent = reader.read(first);
            if (reader.sawEvents()) {
                throw besideEvents("");
            }
            take(isEvent, 0, batch, lookup, null);
            return;
        }
        if (cursor.next() != JsonToken.START_ARRAY) {
            throw notEvents();
        }
        readEvents(batch, lookup, "/events", JsonToken.END_ARRAY);
        Member second = cursor.nextMember(Member.EVENTS);
        if (second == Member.EVENTS) {
            throw cursor.malformed("the key \"events\" stands twice in one object");
        }
        if (second != Member.END) {
            throw besideEvents("/" + Shown.pointerToken(cursor.name()));
        }
    }

    /** @param listPointer of the list that the event stands in; null for the only event */
    private void take(
            boolean isEvent, int index, UsageBatch batch, MeterDirectory.Lookup lookup, @Nullable String listPointer) {
        if (!isEvent) {
            batch.rejections().add(reader.rejection(index, listPointer == null ? "" : listPointer + "/" + index));
            return;
        }
        if (!placer.place(reader.draft(), index, batch, lookup)) {
            throw refusal(
                    ProblemKind.TOO_LARGE, "body_too_large", "Send fewer events in one request. Nothing was accepted.");
        }
    }

    private static ProblemException notEvents() {
        return refusal(
                ProblemKind.MALFORMED,
                "not_events",
                "Send one event as an object, an array of events, or {\"events\":[…]}. Nothing was accepted.");
    }

    private static ProblemException besideEvents(String pointer) {
        return new ProblemException(Problem.invalid(List.of(new FieldProblem(
                pointer,
                "invalid_field",
                "Nothing may stand beside events; atomic is a query parameter. Nothing was accepted."))));
    }

    private static ProblemException refusal(ProblemKind kind, String code, String detail) {
        return new ProblemException(Problem.of(kind, code, detail));
    }
}
