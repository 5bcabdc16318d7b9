package dev.valora.bench.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Spoils bodies a little, or makes one that is hostile altogether. Follows from the random numbers alone. */
final class BodyMutator {

    private static final String GRAMMAR = "{}[]:,\"\\";
    private static final List<byte[]> PIECES = Samples.pieces();

    private final SplittableRandom random;

    BodyMutator(SplittableRandom random) {
        this.random = random;
    }

    /** A few changes at random places. */
    byte[] mutated(byte[] body, byte[] other) {
        byte[] changed = body;
        int changes = 1 + random.nextInt(random.nextInt(4) == 0 ? 6 : 1);
        for (int i = 0; i < changes; i++) {
            changed = changed.length == 0 ? other : change(changed, other);
        }
        return changed;
    }

    private byte[] change(byte[] body, byte[] other) {
        int at = place(body);
        int end = Math.min(body.length, at + 1 + random.nextInt(random.nextInt(3) == 0 ? 200 : 4));
        byte[] piece = piece();
        return switch (random.nextInt(8)) {
            case 0 -> replaced(body, at, at + 1, new byte[] {(byte) (body[at] ^ (1 << random.nextInt(8)))});
            case 1 -> replaced(body, at, at + 1, new byte[] {(byte) random.nextInt(256)});
            case 2 -> inserted(body, at, piece);
            case 3 -> replaced(body, at, Math.min(body.length, at + piece.length), piece);
            case 4 -> replaced(body, at, end, new byte[0]);
            case 5 -> replaced(body, at, at, Arrays.copyOfRange(body, at, end));
            case 6 -> replaced(body, at, body.length, new byte[0]);
            default -> {
                int from = other.length == 0 ? 0 : random.nextInt(other.length);
                yield replaced(body, at, body.length, Arrays.copyOfRange(other, from, other.length));
            }
        };
    }

    /** A character of JSON's grammar, or something longer. */
    private byte[] piece() {
        return random.nextBoolean()
                ? new byte[] {(byte) GRAMMAR.charAt(random.nextInt(GRAMMAR.length()))}
                : PIECES.get(random.nextInt(PIECES.size()));
    }

    /** Anywhere, or where a character of JSON's grammar stands: there a change matters most. */
    private int place(byte[] body) {
        int at = random.nextInt(body.length);
        if (random.nextBoolean()) {
            return at;
        }
        for (int i = at; i < body.length; i++) {
            if (GRAMMAR.indexOf(body[i]) >= 0) {
                return i;
            }
        }
        return 0;
    }

    /** A third of the time in front of everything, or behind it. */
    private byte[] inserted(byte[] body, int at, byte[] piece) {
        int where = switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> body.length;
            default -> at;
        };
        return replaced(body, where, where, piece);
    }

    private static byte[] replaced(byte[] body, int from, int to, byte[] with) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length + with.length);
        bytes.write(body, 0, from);
        bytes.write(with, 0, with.length);
        bytes.write(body, to, body.length - to);
        return bytes.toByteArray();
    }

    /** Large, deep or long, to cost time. */
    byte[] hostile() {
        String event = "{\"idempotency_key\":\"k\",\"customer\":\"c\",\"meter\":\"calls\"";
        int many = 1 + random.nextInt(100_000);
        String body = switch (random.nextInt(12)) {
            case 0 -> "[".repeat(many);
            case 1 -> "[{\"properties\":{\"a\":".repeat(many / 10 + 1);
            case 2 -> event + ",\"value\":" + "9".repeat(many) + "}";
            case 3 -> event + ",\"value\":1e" + "9".repeat(many) + "}";
            case 4 -> event + ",\"value\":0." + "0".repeat(many) + "1}";
            case 5 -> event + ",\"properties\":{\"" + "n".repeat(many) + "\":1}}";
            case 6 -> event + ",\"properties\":{\"n\":\"" + "\\u0041".repeat(many) + "\"}}";
            case 7 -> "[" + "1,".repeat(many % 9_000) + "1]";
            case 8 -> "[" + (event + "},").repeat(many % 5_000) + event + "}]";
            case 9 -> " ".repeat(many) + event + "}";
            case 10 -> event + ",\"x\":[" + "0,".repeat(many) + "0]}";
            default -> event + ",\"properties\":{" + names(many % 20_000) + "}}";
        };
        return body.getBytes(UTF_8);
    }

    private String names(int count) {
        StringBuilder names = new StringBuilder("\"a\":1");
        for (int i = 0; i < count; i++) {
            names.append(",\"n").append(random.nextInt()).append("\":1");
        }
        return names.toString();
    }
}
