package dev.valora.ingest.parse;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.valora.ingest.DecimalText;
import dev.valora.ingest.Limits;

/**
 * Reads events of the plain form, in which nearly all are sent: known members, each once, nothing escaped, nothing wrong. What is
 * not of that form, right or wrong, it leaves to {@link EventReader}, which alone says what is wrong. One thread; reused.
 */
final class EventScanner {

    /** Returned in place of an offset: the event is not of the plain form. */
    static final int OTHER = BodyText.NOWHERE;

    /** The members in the order of their bits and of these fields. */
    private static final Member[] MEMBERS = {
        Member.IDEMPOTENCY_KEY,
        Member.CUSTOMER,
        Member.METER,
        Member.VALUE,
        Member.TIMESTAMP,
        Member.PROPERTIES,
        Member.TYPE
    };

    private static final int KEY = 0;
    private static final int CUSTOMER = 1;
    private static final int METER = 2;
    private static final int VALUE = 3;
    private static final int TIMESTAMP = 4;
    private static final int PROPERTIES = 5;
    private static final int TYPE = 6;
    private static final int NONE = -1;

    private static final int NEEDED = 1 << KEY | 1 << CUSTOMER;
    private static final int TARGETS = 1 << METER | 1 << TYPE;

    /** Of each member's name with the quote behind it: its bytes, the first eight or fewer, what masks them, the last eight. */
    private static final int[] NAME_BYTES = new int[MEMBERS.length];

    private static final long[] NAME_HEAD = new long[MEMBERS.length];
    private static final long[] NAME_MASK = new long[MEMBERS.length];
    private static final long[] NAME_TAIL = new long[MEMBERS.length];

    static {
        for (int member = 0; member < MEMBERS.length; member++) {
            byte[] name = (MEMBERS[member].wireName() + "\"").getBytes(UTF_8);
            BodyText text = new BodyText();
            text.wrap(name, name.length);
            NAME_BYTES[member] = name.length;
            NAME_MASK[member] = name.length < Long.BYTES ? (1L << (name.length * Byte.SIZE)) - 1 : -1L;
            NAME_HEAD[member] = text.word(0);
            NAME_TAIL[member] = text.word(Math.max(0, name.length - Long.BYTES));
        }
    }

    private final BodyText body;
    private final EventDraft draft;
    private final PropertyScanner properties;
    private final DecimalText decimal = new DecimalText();
    private final Timestamps timestamps = new Timestamps();

    /** Which member stood where in the last event: senders write all their events alike. */
    private final int[] shape = {KEY, CUSTOMER, METER, VALUE, TIMESTAMP, PROPERTIES, TYPE};

    /** @param draft cleared and filled for each event */
    EventScanner(BodyText body, EventDraft draft) {
        this.body = body;
        this.draft = draft;
        this.properties = new PropertyScanner(body, draft.properties(), decimal);
    }

    /**
     * Reads the members of an event into the draft.
     *
     * @param offset behind the brace that opens the event
     * @return the offset behind the brace that closes it, or {@link #OTHER}
     */
    int scan(int offset) {
        draft.clear();
        int seen = 0;
        int at = body.skipBlanks(offset);
        for (int place = 0; place < MEMBERS.length; place++) {
            int member = body.at(at) == '"' ? memberAt(at + 1, place) : NONE;
            if (member == NONE || (seen & 1 << member) != 0) {
                return OTHER;
            }
            seen |= 1 << member;
            at = afterColon(at + 1 + NAME_BYTES[member]);
            at = at == OTHER ? OTHER : readMember(member, at);
            if (at == OTHER) {
                return OTHER;
            }
            at = body.skipBlanks(at);
            if (body.at(at) == '}') {
                return isComplete(seen) ? at + 1 : OTHER;
            }
            if (body.at(at) != ',') {
                return OTHER;
            }
            at = body.skipBlanks(at + 1);
        }
        return OTHER;
    }

    private static boolean isComplete(int seen) {
        int targets = seen & TARGETS;
        return (seen & NEEDED) == NEEDED && targets != 0 && targets != TARGETS;
    }

    private int memberAt(int offset, int place) {
        long head = body.word(offset);
        int predicted = shape[place];
        if (isNamed(predicted, offset, head)) {
            return predicted;
        }
        for (int member = 0; member < MEMBERS.length; member++) {
            if (isNamed(member, offset, head)) {
                shape[place] = member;
                return member;
            }
        }
        return NONE;
    }

    private boolean isNamed(int member, int offset, long head) {
        int length = NAME_BYTES[member];
        return (head & NAME_MASK[member]) == NAME_HEAD[member]
                && (length <= Long.BYTES || body.word(offset + length - Long.BYTES) == NAME_TAIL[member]);
    }

    /** The offset of the value behind a name, or {@link #OTHER}. */
    private int afterColon(int offset) {
        int at = body.skipBlanks(offset);
        return body.at(at) == ':' ? body.skipBlanks(at + 1) : OTHER;
    }

    private int readMember(int member, int at) {
        return switch (member) {
            case VALUE -> readValue(at);
            case TIMESTAMP -> readTimestamp(at);
            case PROPERTIES -> properties.scan(at);
            default -> readName(member, at);
        };
    }

    /** A string that names something. */
    private int readName(int member, int at) {
        int from = at + 1;
        int to = body.at(at) == '"' ? body.closingQuote(from) : OTHER;
        int length = to - from;
        if (to == OTHER
                || length > (member == METER ? Limits.CODE_LENGTH : Limits.KEY_LENGTH)
                || !isNotBlank(from, to)) {
            return OTHER;
        }
        switch (member) {
            case KEY -> draft.key(from, length);
            case CUSTOMER -> draft.customer(from, length);
            default -> draft.target(from, length, member == TYPE);
        }
        return to + 1;
    }

    /** Whether there is a character that surely is not white space; false too where only {@link EventReader} can tell. */
    private boolean isNotBlank(int from, int to) {
        for (int i = from; i < to; i++) {
            if (body.at(i) > ' ') {
                return true;
            }
        }
        return false;
    }

    private int readValue(int at) {
        boolean quoted = body.at(at) == '"';
        int from = quoted ? at + 1 : at;
        int to = body.numberEnd(from);
        if (to == from || (quoted && body.at(to) != '"') || !decimal.parse(body.bytes(), from, to - from)) {
            return OTHER;
        }
        draft.value(decimal);
        return quoted ? to + 1 : to;
    }

    private int readTimestamp(int at) {
        int from = at + 1;
        int to = body.at(at) == '"' ? body.closingQuote(from) : OTHER;
        long micros = to == OTHER ? Timestamps.MALFORMED : timestamps.micros(body.bytes(), from, to - from);
        if (micros < 0) {
            return OTHER;
        }
        draft.eventMicros(micros);
        return to + 1;
    }
}
