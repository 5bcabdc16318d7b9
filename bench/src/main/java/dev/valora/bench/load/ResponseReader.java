package dev.valora.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Reads HTTP/1.1 answers with a Content-Length, one at a time, and the fates they tell. Only what the contract's answers need:
 * the numbers are looked for in the bytes, no tree is built. One thread.
 */
final class ResponseReader {

    private static final int LONGEST = 32 << 20;
    private static final byte[] CONTENT_LENGTH = "content-length:".getBytes(US_ASCII);
    private static final byte[] ACCEPTED = "\"accepted\":".getBytes(US_ASCII);
    private static final byte[] DUPLICATES = "\"duplicates\":".getBytes(US_ASCII);
    private static final byte[] CONFLICTS = "\"conflicts\":".getBytes(US_ASCII);
    private static final byte[] REJECTED = "\"rejected\":".getBytes(US_ASCII);
    private static final byte[] FATE_CONFLICT = "\"fate\":\"conflict\"".getBytes(US_ASCII);
    private static final byte[] FATE_REJECTED = "\"fate\":\"rejected\"".getBytes(US_ASCII);

    private byte[] bytes = new byte[4_096];
    private int filled;
    private int bodyStart;
    private int end;

    /** Forgets the answer read before. */
    void begin() {
        filled = 0;
        bodyStart = 0;
        end = 0;
    }

    /**
     * Takes what has arrived.
     *
     * @return whether the answer is complete
     * @throws IOException when it is no answer this reader knows, or more than one
     */
    boolean take(ByteBuffer arrived) throws IOException {
        int count = arrived.remaining();
        if (filled + count > LONGEST) {
            throw new IOException("an answer of more than " + LONGEST + " bytes");
        }
        if (filled + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, filled + count));
        }
        int searchedTo = Math.max(0, filled - 3);
        arrived.get(bytes, filled, count);
        filled += count;
        if (bodyStart == 0) {
            bodyStart = afterHead(searchedTo);
            if (bodyStart == 0) {
                return false;
            }
            end = bodyStart + contentLength();
        }
        if (filled > end) {
            throw new IOException("bytes behind the answer");
        }
        return filled == end;
    }

    private int afterHead(int from) {
        for (int i = from; i + 4 <= filled; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n' && bytes[i + 2] == '\r' && bytes[i + 3] == '\n') {
                return i + 4;
            }
        }
        return 0;
    }

    private int contentLength() throws IOException {
        for (int line = 0; line < bodyStart - CONTENT_LENGTH.length; line++) {
            if ((line == 0 || bytes[line - 1] == '\n') && startsWithIgnoringCase(line)) {
                int at = line + CONTENT_LENGTH.length;
                while (bytes[at] == ' ') {
                    at++;
                }
                return (int) Math.min(number(at), LONGEST);
            }
        }
        if (status() == 204) {
            return 0;
        }
        throw new IOException("an answer without Content-Length");
    }

    private boolean startsWithIgnoringCase(int at) {
        for (int i = 0; i < CONTENT_LENGTH.length; i++) {
            int letter = bytes[at + i] >= 'A' && bytes[at + i] <= 'Z' ? bytes[at + i] + ('a' - 'A') : bytes[at + i];
            if (letter != CONTENT_LENGTH[i]) {
                return false;
            }
        }
        return true;
    }

    /** The status of the complete answer. */
    int status() {
        return (bytes[9] - '0') * 100 + (bytes[10] - '0') * 10 + bytes[11] - '0';
    }

    /** The fates the complete answer tells, for a request of so many events. */
    Fates fates(int events) {
        Fates told = switch (status()) {
            case 200, 207 ->
                new Fates(
                        1,
                        numberAfter(ACCEPTED),
                        numberAfter(DUPLICATES),
                        numberAfter(CONFLICTS),
                        numberAfter(REJECTED),
                        0,
                        0,
                        0);
            case 409 -> new Fates(1, 0, 0, events, 0, 0, 0, 0);
            case 422 -> new Fates(1, 0, 0, occurrences(FATE_CONFLICT), occurrences(FATE_REJECTED), 0, 0, 0);
            case 429, 503, 507 -> new Fates(1, 0, 0, 0, 0, 0, events, 0);
            case 400, 401, 403, 404, 405, 413, 415 -> new Fates(1, 0, 0, 0, 0, events, 0, 0);
            default -> Fates.unknown(events);
        };
        if (told.events() == events) {
            return told;
        }
        boolean single = events == 1 && status() == 422;
        return single ? new Fates(1, 0, 0, 0, 1, 0, 0, 0) : Fates.unknown(events);
    }

    private long numberAfter(byte[] name) {
        int at = find(name, bodyStart);
        if (at < 0) {
            return 0;
        }
        at += name.length;
        while (at < end && bytes[at] == ' ') {
            at++;
        }
        return number(at);
    }

    private long number(int from) {
        long number = 0;
        for (int i = from; i < filled && bytes[i] >= '0' && bytes[i] <= '9' && number < LONGEST; i++) {
            number = number * 10 + bytes[i] - '0';
        }
        return number;
    }

    private int occurrences(byte[] text) {
        int count = 0;
        for (int at = find(text, bodyStart); at >= 0; at = find(text, at + text.length)) {
            count++;
        }
        return count;
    }

    private int find(byte[] text, int from) {
        for (int i = from; i + text.length <= end; i++) {
            if (Arrays.equals(bytes, i, i + text.length, text, 0, text.length)) {
                return i;
            }
        }
        return -1;
    }
}
