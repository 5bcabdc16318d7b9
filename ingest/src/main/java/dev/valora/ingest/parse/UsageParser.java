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
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.admission.UsageBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a usage request, one event, an array of events or {@code {"events":[…]}}, into a batch of records. One
 * thread; an instance per thread, reused for all its requests.
 */
public final class UsageParser {

    private final MeterDirectory meters;
    private final EventPlacer placer;
    private final PlainBody plain;
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

    /** @param hash used by this parser's thread only */
    public UsageParser(EventHash hash, MeterDirectory meters) {
        this.meters = meters;
        this.placer = new EventPlacer(hash);
        this.plain = new PlainBody(placer);
    }

    /**
     * Fills a batch that was begun for its organization with the events of a body. An event that cannot be a record becomes one of
     * the batch's rejections and the others are read on.
     *
     * @param body not kept; behind {@code length} it may be changed
     * @param length bytes of the body, from 0 on
     * @param lines whether the body is newline-delimited JSON: events with nothing but white space between them
     * @throws ProblemException 400 {@code malformed_json} or {@code not_events} when the body cannot be read as events, 413
     *     {@code too_many_events} or {@code body_too_large} when it holds too much, 422 {@code no_events} when it holds none, 422
     *     {@code invalid_request} when something stands beside {@code events}; the batch is then empty
     */
    public void parse(byte[] body, int length, boolean lines, UsageBatch batch) {
        boolean complete = false;
        try {
            form = lines ? Form.LINES : Form.DOCUMENT;
            batch.restart();
            if (!plain.read(body, length, lines, batch, meters.lookup(batch.organization()))) {
                batch.restart();
                readAny(body, length, batch);
            }
            complete = true;
        } catch (IOException impossible) {
            throw new UncheckedIOException("bytes in memory could not be read", impossible);
        } finally {
            if (!complete) {
                batch.restart();
            }
        }
    }

    /** Reads a body of any form, or says what is wrong with it. */
    private void readAny(byte[] body, int length, UsageBatch batch) throws IOException {
        if (!read(body, length, batch, false)) {
            cursor.forgetNames();
            batch.restart();
            read(body, length, batch, true);
        }
    }

    /** False when the body broke a bound of the JSON parser for which names of earlier bodies may be to blame. */
    private boolean read(byte[] body, int length, UsageBatch batch, boolean isLastTry) throws IOException {
        cursor.open(body, length);
        try {
            readBody(batch);
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

    private void readBody(UsageBatch batch) throws IOException {
        MeterDirectory.Lookup lookup = meters.lookup(batch.organization());
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
        placer.place(reader.draft(), index, batch, lookup);
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
