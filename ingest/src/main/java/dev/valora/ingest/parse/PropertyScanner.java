package dev.valora.ingest.parse;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.valora.ingest.DecimalText;
import dev.valora.ingest.Limits;

/** Reads the properties of an event of the plain form, see {@link EventScanner}. One thread; reused. */
final class PropertyScanner {

    private static final int OTHER = EventScanner.OTHER;
    private static final byte[] TRUE = "true".getBytes(US_ASCII);
    private static final byte[] FALSE = "false".getBytes(US_ASCII);

    private final BodyText body;
    private final EventProperties properties;
    private final DecimalText decimal;

    /** @param decimal whose content is replaced */
    PropertyScanner(BodyText body, EventProperties properties, DecimalText decimal) {
        this.body = body;
        this.properties = properties;
        this.decimal = decimal;
    }

    /** From the opening brace at {@code offset} to behind the closing one. */
    int scan(int offset) {
        if (body.at(offset) != '{') {
            return OTHER;
        }
        int at = body.skipBlanks(offset + 1);
        if (body.at(at) == '}') {
            return at + 1;
        }
        while (!properties.isFull()) {
            at = readName(at);
            at = at == OTHER ? OTHER : readText(at);
            if (at == OTHER) {
                return OTHER;
            }
            at = body.skipBlanks(at);
            if (body.at(at) == '}') {
                return at + 1;
            }
            if (body.at(at) != ',') {
                return OTHER;
            }
            at = body.skipBlanks(at + 1);
        }
        return OTHER;
    }

    /** Begins a property; the offset of its value. */
    private int readName(int at) {
        int from = at + 1;
        int to = body.at(at) == '"' ? body.closingQuote(from) : OTHER;
        if (to == OTHER || to == from || to - from > Limits.PROPERTY_NAME_LENGTH) {
            return OTHER;
        }
        properties.name(body.bytes(), from, to - from);
        int colon = body.skipBlanks(to + 1);
        return body.at(colon) == ':' ? body.skipBlanks(colon + 1) : OTHER;
    }

    /** Ends the property; the offset behind its value. */
    private int readText(int at) {
        return switch (body.at(at)) {
            case '"' -> readString(at + 1);
            case 't' -> body.holds(TRUE, at) && properties.bool(true) ? at + TRUE.length : OTHER;
            case 'f' -> body.holds(FALSE, at) && properties.bool(false) ? at + FALSE.length : OTHER;
            default -> readNumber(at);
        };
    }

    private int readString(int from) {
        int to = body.closingQuote(from);
        return to != OTHER
                        && to - from <= Limits.PROPERTY_VALUE_LENGTH
                        && properties.string(body.bytes(), from, to - from)
                ? to + 1
                : OTHER;
    }

    private int readNumber(int from) {
        int to = body.numberEnd(from);
        int length = to == from ? -1 : properties.canonicalLength(body.bytes(), from, to - from, decimal);
        return length >= 0 && properties.number(length) ? to : OTHER;
    }
}
