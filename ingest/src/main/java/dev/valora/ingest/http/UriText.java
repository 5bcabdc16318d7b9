package dev.valora.ingest.http;

import dev.valora.ingest.ProblemException;
import dev.valora.ingest.QueryParameters;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Percent-decoding (RFC 3986, section 2.1), strict: ASCII and valid UTF-8 only, and no NUL, which PostgreSQL refuses. */
final class UriText {

    private UriText() {}

    /** Decodes one segment of a path; throws 400 {@code malformed_uri}. */
    static String segment(String raw) {
        return decode(raw, false);
    }

    /** Decodes a query of the form {@code a=1&b=2}, where a plus sign is a space; throws 400 {@code malformed_uri}. */
    static QueryParameters query(@Nullable String raw) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        if (raw != null && !raw.isEmpty()) {
            String[] pairs = raw.split("&", HttpLimits.QUERY_PARAMETERS + 1);
            if (pairs.length > HttpLimits.QUERY_PARAMETERS) {
                throw new ProblemException(Problems.malformed(
                        "malformed_uri", "The query may have " + HttpLimits.QUERY_PARAMETERS + " parameters."));
            }
            for (String pair : pairs) {
                if (!pair.isEmpty()) {
                    int equals = pair.indexOf('=');
                    String name = decode(equals < 0 ? pair : pair.substring(0, equals), true);
                    String value = equals < 0 ? "" : decode(pair.substring(equals + 1), true);
                    values.computeIfAbsent(name, first -> new ArrayList<>()).add(value);
                }
            }
        }
        return new QueryParameters(values);
    }

    private static String decode(String raw, boolean plusIsSpace) {
        byte[] bytes = new byte[raw.length()];
        int length = 0;
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            int decoded = c;
            if (c == '%') {
                decoded = octet(raw, i + 1);
                i += 2;
            } else if (c == '+' && plusIsSpace) {
                decoded = ' ';
            } else if (c <= ' ' || c >= 0x7F) {
                decoded = 0;
            }
            if (decoded == 0) {
                throw new ProblemException(Problems.malformedUri());
            }
            bytes[length++] = (byte) decoded;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw new ProblemException(Problems.malformedUri());
        }
    }

    /** The two hexadecimal digits at {@code at}; 0 when there are none. */
    private static int octet(String raw, int at) {
        if (at + 2 > raw.length()) {
            return 0;
        }
        int high = Character.digit(raw.charAt(at), 16);
        int low = Character.digit(raw.charAt(at + 1), 16);
        return high < 0 || low < 0 ? 0 : high << 4 | low;
    }
}
