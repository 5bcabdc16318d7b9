package dev.valora.billing.invoice;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The canonical form of a JSON document (RFC 8785): members sorted by the UTF-16 code units of their names, no white space,
 * the shortest escapes. Of numbers only integers that a double holds exactly occur here; decimals are strings.
 */
public final class CanonicalJson {

    private static final long INTEGER_MAX = (1L << 53) - 1;

    private CanonicalJson() {}

    /** A part of a document whose text is known. */
    private record Written(String text) {}

    /** The canonical text. Throws {@link IllegalArgumentException} for a number that is not such an integer. */
    public static String text(JsonNode node) {
        StringBuilder text = new StringBuilder(4096);
        write(node, text);
        return text.toString();
    }

    /** The same node for whoever writes it into many documents: its text is made once. It stands for nothing but its text. */
    static JsonNode written(JsonNode node) {
        return new POJONode(new Written(text(node)));
    }

    /**
     * SHA-256 of a text in UTF-8, in lower-case hexadecimal.
     *
     * @param canonical as {@link #text} writes it
     */
    public static String hash(String canonical) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(canonical.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    private static void write(JsonNode node, StringBuilder text) {
        switch (node.getNodeType()) {
            case OBJECT -> writeObject((ObjectNode) node, text);
            case ARRAY -> writeArray(node, text);
            case STRING -> writeString(node.textValue(), text);
            case NUMBER -> writeInteger(node, text);
            case BOOLEAN -> text.append(node.booleanValue());
            case NULL -> text.append("null");
            case POJO -> writeKnown((POJONode) node, text);
            case BINARY, MISSING -> throw new IllegalArgumentException("not JSON: " + node.getNodeType());
        }
    }

    private static void writeKnown(POJONode node, StringBuilder text) {
        if (!(node.getPojo() instanceof Written written)) {
            throw new IllegalArgumentException("not JSON: " + node.getNodeType());
        }
        text.append(written.text());
    }

    private static void writeObject(ObjectNode object, StringBuilder text) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        names.sort(null);
        text.append('{');
        String separator = "";
        for (String name : names) {
            text.append(separator);
            writeString(name, text);
            text.append(':');
            write(object.get(name), text);
            separator = ",";
        }
        text.append('}');
    }

    private static void writeArray(JsonNode array, StringBuilder text) {
        text.append('[');
        String separator = "";
        for (JsonNode element : array) {
            text.append(separator);
            write(element, text);
            separator = ",";
        }
        text.append(']');
    }

    private static void writeInteger(JsonNode number, StringBuilder text) {
        if (!number.isIntegralNumber() || !number.canConvertToLong() || Math.abs(number.longValue()) > INTEGER_MAX) {
            throw new IllegalArgumentException("write this number as a string: " + number);
        }
        text.append(number.longValue());
    }

    private static void writeString(String string, StringBuilder text) {
        text.append('"');
        int plain = plainLength(string);
        text.append(string, 0, plain);
        for (int i = plain; i < string.length(); i++) {
            char c = string.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\b' -> text.append("\\b");
                case '\t' -> text.append("\\t");
                case '\n' -> text.append("\\n");
                case '\f' -> text.append("\\f");
                case '\r' -> text.append("\\r");
                default -> {
                    if (c < 0x20) {
                        text.append("\\u00").append(HexFormat.of().toHexDigits((byte) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }

    /** How many characters there are before the first that is escaped: almost always all of them. */
    private static int plainLength(String string) {
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (c < 0x20 || c == '"' || c == '\\') {
                return i;
            }
        }
        return string.length();
    }
}
