package dev.valora.ingest.parse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.valora.ingest.Limits;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import org.jspecify.annotations.Nullable;

/**
 * Strict JSON, token by token, with text as UTF-8 bytes. Stricter than the parser below: the body must be UTF-8 as RFC 3629 has
 * it, without a byte order mark. Duplicate keys are the reader's to find. One thread; opened and closed once a body.
 */
final class JsonCursor {

    /** What can be wrong with a text that is nevertheless JSON. */
    enum Fault {
        NONE,
        /** It contains U+0000, which PostgreSQL cannot keep. */
        NUL,
        /** Half of a surrogate pair, which UTF-8 cannot write. */
        LONE_SURROGATE,
        /** More than any member may have; the text was not read. */
        TOO_LONG
    }

    /** Code units that the longest allowed text may have. */
    private static final int LONGEST_TEXT = 2 * Limits.PROPERTY_VALUE_LENGTH;

    /**
     * Bytes of a name. Well above what a property's name may have, so that a long name is told as a problem of its event; and
     * bounded, because the parser keeps a table of names.
     */
    private static final int LONGEST_NAME = 32 * Limits.PROPERTY_NAME_LENGTH;

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    /** The names as the parser below compares them fastest. */
    private final EnumMap<Member, SerializedString> names = new EnumMap<>(Member.class);

    private JsonFactory factory = newFactory();
    private @Nullable JsonParser open;

    private byte[] text = new byte[256];
    private int textLength;

    JsonCursor() {
        for (Member member : Member.values()) {
            names.put(member, new SerializedString(member.wireName()));
        }
    }

    private static JsonFactory newFactory() {
        return JsonFactory.builder()
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                // Names are found by comparing them; interning them for ever would be a way to fill the heap.
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(Limits.USAGE_NESTING_DEPTH)
                        .maxNameLength(LONGEST_NAME)
                        .maxStringLength(Limits.REQUEST_BODY_BYTES)
                        .maxNumberLength(Limits.REQUEST_BODY_BYTES)
                        .build())
                .build();
    }

    /** Forgets the names of earlier bodies, which a hostile one may have filled with names that collide. */
    void forgetNames() {
        factory = newFactory();
    }

    /** Starts a body; throws 400 when it is not UTF-8. */
    void open(byte[] body, int length) throws IOException {
        int malformed = Utf8.firstMalformed(body, length);
        if (malformed >= 0) {
            throw malformedAt(body, malformed, "it is not UTF-8");
        }
        int head = Math.min(length, BYTE_ORDER_MARK.length);
        if (Arrays.equals(body, 0, head, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length)) {
            throw malformedAt(body, 0, "it starts with a byte order mark");
        }
        // The parser below would take zero bytes at the start for UTF-16 or UTF-32.
        for (int i = 0; i < Math.min(length, 4); i++) {
            if (body[i] == 0) {
                throw malformedAt(body, i, "a NUL byte; the encoding must be UTF-8");
            }
        }
        open = factory.createParser(body, 0, length);
    }

    /** Ends the body, read to the end or not. */
    void close() throws IOException {
        JsonParser parser = open;
        open = null;
        if (parser != null) {
            parser.close();
        }
    }

    private JsonParser parser() {
        JsonParser parser = open;
        if (parser == null) {
            throw new IllegalStateException("no body is open");
        }
        return parser;
    }

    /** Moves to the next token; null at the end of the body. */
    @Nullable
    JsonToken next() throws IOException {
        return parser().nextToken();
    }

    /** Moves to the next name of the current object, or to its end. Fastest when the member is the predicted one, which must have a name. */
    Member nextMember(Member predicted) throws IOException {
        JsonParser parser = parser();
        if (parser.nextFieldName(names.get(predicted))) {
            return predicted;
        }
        return parser.currentToken() == JsonToken.END_OBJECT ? Member.END : Member.of(parser.currentName());
    }

    /** If the current token opens an object or array, moves to its end. */
    void skip() throws IOException {
        parser().skipChildren();
    }

    /** The current name. Allocates; for telling of it. */
    String name() throws IOException {
        return parser().currentName();
    }

    /** Reads the current name into {@link #text}. */
    Fault readName() throws IOException {
        String name = parser().currentName();
        int length = name.length();
        room(length);
        int i = 0;
        for (; i < length; i++) {
            char unit = name.charAt(i);
            if (unit == 0 || unit > 0x7F) {
                return encode(name.toCharArray(), 0, length);
            }
            text[i] = (byte) unit;
        }
        textLength = length;
        return Fault.NONE;
    }

    /** Reads the current string or number into {@link #text}. */
    Fault readText() throws IOException {
        JsonParser parser = parser();
        char[] units = parser.getTextCharacters();
        int length = parser.getTextLength();
        int offset = parser.getTextOffset();
        if (length > LONGEST_TEXT) {
            return Fault.TOO_LONG;
        }
        room(length);
        byte[] target = text;
        for (int i = 0; i < length; i++) {
            char unit = units[offset + i];
            if (unit == 0 || unit > 0x7F) {
                return encode(units, offset, length);
            }
            target[i] = (byte) unit;
        }
        textLength = length;
        return Fault.NONE;
    }

    /** The bytes of the text read last, from 0 on; valid until the next is read. */
    byte[] text() {
        return text;
    }

    int textLength() {
        return textLength;
    }

    private void room(int units) {
        if (text.length < units * 3) {
            text = new byte[units * 3];
        }
    }

    private Fault encode(char[] units, int offset, int length) {
        if (length > LONGEST_TEXT) {
            return Fault.TOO_LONG;
        }
        room(length);
        int at = 0;
        int end = offset + length;
        for (int i = offset; i < end; ) {
            int codePoint = Character.codePointAt(units, i, end);
            if (codePoint == 0) {
                return Fault.NUL;
            }
            if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                return Fault.LONE_SURROGATE;
            }
            at = Utf8.put(codePoint, text, at);
            i += Character.charCount(codePoint);
        }
        textLength = at;
        return Fault.NONE;
    }

    /** 400 for what is wrong at the current token. */
    ProblemException malformed(String what) {
        JsonLocation where = parser().currentTokenLocation();
        return new ProblemException(Problem.malformedJson(where.getLineNr(), where.getColumnNr(), what));
    }

    /** 400 for what the parser below refused. */
    ProblemException malformed(JsonProcessingException refused) {
        JsonLocation told = refused.getLocation();
        JsonLocation where = told == null && open != null ? parser().currentLocation() : told;
        int line = where == null ? 1 : where.getLineNr();
        int column = where == null ? 1 : where.getColumnNr();
        return new ProblemException(Problem.malformedJson(line, column, Shown.text(refused.getOriginalMessage())));
    }

    private static ProblemException malformedAt(byte[] body, int offset, String what) {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < offset; i++) {
            if (body[i] == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        return new ProblemException(Problem.malformedJson(line, offset - lineStart + 1, what));
    }
}
