package dev.valora.ingest.parse;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonToken;
import dev.valora.ingest.DecimalText;
import dev.valora.ingest.Limits;
import dev.valora.ingest.admission.Rejection;
import java.io.IOException;
import java.util.EnumMap;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads the members of one event into its draft. The first thing wrong with the event is kept and the rest is still read, for
 * its key and for the events behind it. One thread; reused.
 */
final class EventReader {

    private static final String KNOWN =
            "An event has idempotency_key, customer, meter or type, value, timestamp and properties.";
    private static final String DECIMAL = "value must be a decimal such as \"12.5\", with at most "
            + Limits.VALUE_INTEGER_DIGITS
            + " digits before and "
            + Limits.VALUE_FRACTION_DIGITS
            + " behind the point.";
    private static final String INSTANT =
            "timestamp must be an RFC 3339 instant with an offset, such as \"2026-03-01T12:00:00Z\".";

    /** Bytes of the longest key, customer or target. */
    private static final int LONGEST_KEY = 4 * Limits.KEY_LENGTH;

    /** What is wrong with an event. */
    private record Fault(String code, String detail, String pointer) {}

    private final JsonCursor cursor;
    private final EventDraft draft = new EventDraft();
    private final byte[] kept = new byte[3 * LONGEST_KEY + EventDraft.PADDING_BYTES];
    private final DecimalText decimal = new DecimalText();
    private final Timestamps timestamps = new Timestamps();

    /** Which member followed which in the last event: senders write all their events alike. */
    private final EnumMap<Member, Member> successors = new EnumMap<>(Member.class);

    private final EnumSet<Member> seen = EnumSet.noneOf(Member.class);
    private boolean keyIsRead;
    private @Nullable Fault fault;

    EventReader(JsonCursor cursor) {
        this.cursor = cursor;
        draft.readFrom(kept);
        for (Member member : Member.values()) {
            successors.put(member, Member.IDEMPOTENCY_KEY);
        }
    }

    EventDraft draft() {
        return draft;
    }

    /** Forgets the event before. */
    void begin() {
        draft.clear();
        seen.clear();
        keyIsRead = false;
        fault = null;
    }

    /** The first name of the object that was just opened. */
    Member firstMember() throws IOException {
        return nextMember(Member.END);
    }

    private Member nextMember(Member before) throws IOException {
        Member predicted = successors.getOrDefault(before, Member.IDEMPOTENCY_KEY);
        Member member = cursor.nextMember(predicted);
        if (member != predicted && member.isOfEvent()) {
            successors.put(before, member);
        }
        return member;
    }

    /**
     * Reads the members from the first one on, to the end of the object.
     *
     * @return whether the draft is an event; else there is a {@link #rejection}
     */
    boolean read(Member first) throws IOException {
        Member member = first;
        while (member != Member.END) {
            if (!seen.add(member) && member != Member.UNKNOWN) {
                throw cursor.malformed("the key \"" + member.wireName() + "\" stands twice in one object");
            }
            readMember(member);
            member = nextMember(member);
        }
        if (fault == null) {
            checkPresence();
        }
        return fault == null;
    }

    /** Whether the object has a member {@code events}: it is then not an event but the body around them. */
    boolean sawEvents() {
        return seen.contains(Member.EVENTS);
    }

    /** Takes something that is no object in place of an event. */
    void readNoObject() throws IOException {
        cursor.skip();
        fail("invalid_field", "An event must be a JSON object.", "");
    }

    /** Why the event is refused. */
    Rejection rejection(int index, String eventPointer) {
        Fault found = fault;
        if (found == null) {
            throw new IllegalStateException("the event is not refused");
        }
        String key = keyIsRead ? new String(draft.keyBytes(), UTF_8) : null;
        return new Rejection(index, key, found.code(), found.detail(), eventPointer + found.pointer());
    }

    private void fail(String code, String detail, String pointer) {
        if (fault == null) {
            fault = new Fault(code, detail, pointer);
        }
    }

    private void checkPresence() {
        boolean hasMeter = seen.contains(Member.METER);
        boolean hasType = seen.contains(Member.TYPE);
        if (!seen.contains(Member.IDEMPOTENCY_KEY)) {
            failMissing(Member.IDEMPOTENCY_KEY, "Add idempotency_key, a string that is the same in every retry.");
        } else if (!seen.contains(Member.CUSTOMER)) {
            failMissing(Member.CUSTOMER, "Add customer, your own key for the customer.");
        } else if (!hasMeter && !hasType) {
            failMissing(Member.METER, "Add meter, the code of a meter, or type, an event type.");
        } else if (hasMeter && hasType) {
            fail("invalid_field", "Send meter or type, not both.", "/type");
        }
    }

    private void failMissing(Member member, String detail) {
        fail("missing_field", detail, "/" + member.wireName());
    }

    private void readMember(Member member) throws IOException {
        if (member == Member.UNKNOWN || member == Member.EVENTS) {
            String name = cursor.name();
            cursor.next();
            cursor.skip();
            fail("invalid_field", "Remove \"" + Shown.text(name) + "\". " + KNOWN, "/" + Shown.pointerToken(name));
            return;
        }
        JsonToken token = cursor.next();
        switch (member) {
            case IDEMPOTENCY_KEY -> {
                if (readKey(member, token, Limits.KEY_LENGTH)) {
                    draft.key(keep(0), cursor.textLength());
                    keyIsRead = true;
                }
            }
            case CUSTOMER -> {
                if (readKey(member, token, Limits.KEY_LENGTH)) {
                    draft.customer(keep(1), cursor.textLength());
                }
            }
            case METER -> {
                if (readKey(member, token, Limits.CODE_LENGTH)) {
                    draft.target(keep(2), cursor.textLength(), false);
                }
            }
            case TYPE -> {
                if (readKey(member, token, Limits.KEY_LENGTH)) {
                    draft.target(keep(2), cursor.textLength(), true);
                }
            }
            case VALUE -> readValue(token);
            case TIMESTAMP -> readTimestamp(token);
            case PROPERTIES -> readProperties(token);
            case EVENTS, UNKNOWN, END -> throw new IllegalStateException("not a member of an event");
        }
    }

    /** Keeps the text just read in one of three places, for its event's draft; returns its offset. */
    private int keep(int place) {
        int offset = place * LONGEST_KEY;
        System.arraycopy(cursor.text(), 0, kept, offset, cursor.textLength());
        return offset;
    }

    /** Reads a string of bounded length that names something. */
    private boolean readKey(Member member, @Nullable JsonToken token, int longest) throws IOException {
        String name = member.wireName();
        if (token != JsonToken.VALUE_STRING) {
            cursor.skip();
            fail("invalid_field", name + " must be a string.", "/" + name);
            return false;
        }
        return isClean(cursor.readText(), name, "/" + name, longest) && isNotBlank(name);
    }

    /** Whether a text was read and is short enough; the pointer is made where it is needed only for properties. */
    private boolean isClean(JsonCursor.Fault read, String what, String pointer, int longest) {
        switch (read) {
            case NUL -> fail("invalid_field", what + " must not contain U+0000.", pointer);
            case LONE_SURROGATE ->
                fail("invalid_field", what + " contains half of a surrogate pair; send whole characters.", pointer);
            case TOO_LONG -> failTooLong(what, pointer, longest);
            case NONE -> {
                int length = cursor.textLength();
                if (length <= longest || Utf8.codePoints(cursor.text(), 0, length) <= longest) {
                    return true;
                }
                failTooLong(what, pointer, longest);
            }
        }
        return false;
    }

    private void failTooLong(String what, String pointer, int longest) {
        fail("too_long", what + " may have at most " + longest + " characters.", pointer);
    }

    private boolean isNotBlank(String name) {
        int length = cursor.textLength();
        for (int i = 0; i < length; i++) {
            if (cursor.text()[i] > ' ') {
                return true;
            }
        }
        boolean blank = new String(cursor.text(), 0, length, UTF_8)
                .codePoints()
                .allMatch(point -> Character.isWhitespace(point) || Character.isSpaceChar(point));
        if (blank) {
            fail("invalid_field", name + " must not be empty or blank.", "/" + name);
        }
        return !blank;
    }

    private void readValue(@Nullable JsonToken token) throws IOException {
        boolean isText = token == JsonToken.VALUE_STRING || isNumber(token);
        if (!isText) {
            cursor.skip();
        } else if (cursor.readText() == JsonCursor.Fault.NONE && decimal.parse(cursor.text(), 0, cursor.textLength())) {
            draft.value(decimal);
            return;
        }
        fail("invalid_value", DECIMAL, "/value");
    }

    private static boolean isNumber(@Nullable JsonToken token) {
        return token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT;
    }

    private void readTimestamp(@Nullable JsonToken token) throws IOException {
        long micros = Timestamps.MALFORMED;
        if (token != JsonToken.VALUE_STRING) {
            cursor.skip();
        } else if (cursor.readText() == JsonCursor.Fault.NONE) {
            micros = timestamps.micros(cursor.text(), 0, cursor.textLength());
        }
        if (micros >= 0) {
            draft.eventMicros(micros);
            return;
        }
        String detail = switch ((int) micros) {
            case (int) Timestamps.LEAP_SECOND -> "timestamp names a leap second; send second 59 or the second after.";
            case (int) Timestamps.OUT_OF_RANGE -> "timestamp must lie in the years 1970 to 9999 in UTC.";
            case (int) Timestamps.NO_OFFSET -> "timestamp has no offset; append Z or one such as +02:00.";
            default -> INSTANT;
        };
        fail("invalid_timestamp", detail, "/timestamp");
    }

    private void readProperties(@Nullable JsonToken token) throws IOException {
        if (token != JsonToken.START_OBJECT) {
            cursor.skip();
            fail("invalid_field", "properties must be an object; leave it out when there are none.", "/properties");
            return;
        }
        while (cursor.next() == JsonToken.FIELD_NAME) {
            if (draft.properties().isFull()) {
                fail(
                        "invalid_field",
                        "An event may have at most " + Limits.EVENT_PROPERTIES + " properties.",
                        "/properties");
                cursor.next();
                cursor.skip();
            } else {
                readProperty();
            }
        }
    }

    private void readProperty() throws IOException {
        EventProperties properties = draft.properties();
        JsonCursor.Fault nameFault = cursor.readName();
        int nameLength = cursor.textLength();
        if (!isClean(nameFault, "A property's name", "/properties", Limits.PROPERTY_NAME_LENGTH)) {
            cursor.next();
            cursor.skip();
            return;
        }
        if (nameLength == 0) {
            fail("invalid_field", "A property's name must not be empty.", "/properties");
        }
        properties.name(cursor.text(), 0, nameLength);
        JsonToken token = cursor.next();
        boolean isNew = true;
        if (token == JsonToken.VALUE_STRING) {
            JsonCursor.Fault read = cursor.readText();
            if (isCleanProperty(read)) {
                isNew = properties.string(cursor.text(), 0, cursor.textLength());
            }
        } else if (isNumber(token)) {
            int length = cursor.readText() == JsonCursor.Fault.NONE
                    ? properties.canonicalLength(cursor.text(), 0, cursor.textLength(), decimal)
                    : -1;
            if (length < 0) {
                failProperty("is a number of more than " + Limits.NUMBER_TEXT_LENGTH + " digits; send it as a string.");
            } else {
                isNew = properties.number(length);
            }
        } else if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
            isNew = properties.bool(token == JsonToken.VALUE_TRUE);
        } else {
            failProperty("must be a string, a number, true or false; leave it out when there is no value.");
            cursor.skip();
        }
        if (!isNew) {
            throw cursor.malformed("the key \"" + Shown.text(cursor.name()) + "\" stands twice in one object");
        }
    }

    /** As {@link #isClean}, but makes no text while all is well. */
    private boolean isCleanProperty(JsonCursor.Fault read) throws IOException {
        int length = cursor.textLength();
        if (read == JsonCursor.Fault.NONE && length <= Limits.PROPERTY_VALUE_LENGTH) {
            return true;
        }
        String name = cursor.name();
        return isClean(
                read,
                "Property \"" + Shown.text(name) + "\"",
                "/properties/" + Shown.pointerToken(name),
                Limits.PROPERTY_VALUE_LENGTH);
    }

    private void failProperty(String what) throws IOException {
        if (fault == null) {
            String name = cursor.name();
            fail(
                    "invalid_field",
                    "Property \"" + Shown.text(name) + "\" " + what,
                    "/properties/" + Shown.pointerToken(name));
        }
    }
}
