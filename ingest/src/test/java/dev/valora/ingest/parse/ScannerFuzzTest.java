package dev.valora.ingest.parse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.admission.UsageBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * The scanner of plain bodies against the reader of any body: whatever a body is, the scanner leaves it alone, or makes of it
 * exactly what the reader makes of it. Both are the same two for all bodies, as on an event loop. Bodies that no generator writes
 * are the matter of {@code bench fuzz}, which has an oracle of its own.
 */
class ScannerFuzzTest {

    private static final long FIXED_SEED = 20_261_127;
    private static final int BODIES = 60_000;

    private static final List<String> NAMES =
            List.of("idempotency_key", "customer", "meter", "type", "value", "timestamp", "properties");
    private static final List<String> SPACES =
            List.of("", "", "", "", " ", "\n", "\r\n", "\t", "  \n", "\u000b", "\u00a0");
    private static final List<String> TEXTS = List.of(
            "k",
            "",
            " ",
            "\u00a0",
            "\u3000",
            "\u0085",
            "\u007f",
            "caf\u00e9",
            "\ud83d\ude00",
            "a\\u0062",
            "a\\\"b",
            "a\\/b",
            "\\ud800",
            "\\u0000",
            "a\tb",
            "eight888",
            "exactly_sixteen_",
            "seven77\u00e9",
            "x".repeat(64),
            "x".repeat(65),
            "x".repeat(255),
            "x".repeat(256),
            "\u00e9".repeat(127),
            "\u00e9".repeat(128),
            "x".repeat(1_000),
            "x".repeat(1_001));
    private static final List<String> METERS = List.of("calls", "tokens", "peak", "storage", "unknown", "", "Calls");
    private static final List<String> NUMBERS = List.of(
            "0",
            "1",
            "-1",
            "12.5",
            "1.50",
            "-0",
            "-0.0",
            "00",
            "01",
            "+1",
            ".5",
            "5.",
            "1e3",
            "1E-3",
            "1e+2",
            "1e",
            "e1",
            "--1",
            "1-1",
            "1e1000000",
            "0e99",
            "123456789012345678.123456789012",
            "1234567890123456789",
            "0.0000000000001",
            "1".repeat(64),
            "1".repeat(65),
            "",
            "1.2.3",
            "1e2.5",
            "NaN");
    private static final List<String> TIMES = List.of(
            "2026-03-01T12:00:00Z",
            "2026-03-01T12:00:00.123456789Z",
            "2026-03-01t12:00:00z",
            "2026-03-01T12:00:00+05:30",
            "2026-03-01T12:00:00",
            "2026-02-29T12:00:00Z",
            "2024-02-29T12:00:00Z",
            "1969-12-31T23:59:59Z",
            "1970-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59.999999Z",
            "2026-03-01T12:00:60Z",
            "2026-03-01",
            "");
    private static final List<String> OTHERS =
            List.of("true", "false", "null", "[]", "{}", "{\"a\":1}", "[1]", "tru", "falsey", "\"\"", "1", "\"1\"");
    private static final List<String> BYTES =
            List.of("\"", "{", "}", "[", "]", ",", ":", "\\", "0", "e", ".", " ", "\0", "/", "\u00e9", "\"events\":");

    private final Parsing parsing = new Parsing();
    private final UsageBatch scanned = new UsageBatch(parsing.batch.listener());
    private final UsageBatch read = new UsageBatch(parsing.batch.listener());
    private final PlainBody scanner = new PlainBody(placer());
    private final AnyBody reader = new AnyBody(placer());
    private SplittableRandom random = new SplittableRandom(0);
    private int taken;
    private int left;

    private static EventPlacer placer() {
        return new EventPlacer(new EventHash(new byte[EventHash.SECRET_BYTES]));
    }

    @Test
    void shouldScanWhatTheReaderReadsOrNothing() throws IOException {
        for (long seed : new long[] {FIXED_SEED, Long.getLong("valora.seed", new SplittableRandom().nextLong())}) {
            System.out.println("seed " + seed + "; again with -Dtest=ScannerFuzzTest -Dvalora.seed=" + seed);
            taken = 0;
            left = 0;
            for (int number = 0; number < BODIES; number++) {
                random = new SplittableRandom(seed + number);
                check("seed " + seed + ", body " + number);
            }
            // If it took none, or all, there would be nothing in what it is compared with.
            assertTrue(taken > BODIES / 10 && left > BODIES / 10, taken + " were taken and " + left + " left");
        }
    }

    private void check(String which) throws IOException {
        boolean lines = oneIn(4);
        byte[] body = damaged(body(lines));
        byte[] array = withSomethingBehind(body);
        MeterDirectory.Lookup lookup = parsing.meters.lookup(Parsing.ORGANIZATION);
        scanned.begin(Parsing.ORGANIZATION, false);
        boolean isPlain = scanner.read(array, body.length, lines, scanned, lookup);
        String told = which + (lines ? ", lines: " : ": ") + new String(body, UTF_8);
        assertTrue(Arrays.equals(body, 0, body.length, array, 0, body.length), "the body was changed, " + told);
        if (!isPlain) {
            left++;
            return;
        }
        taken++;
        read.begin(Parsing.ORGANIZATION, false);
        try {
            reader.read(body, body.length, lines, read, lookup);
        } catch (ProblemException refused) {
            fail("taken, but " + refused.problem().detail() + " " + told);
        }
        assertTrue(read.rejections().isEmpty() && scanned.rejections().isEmpty(), () -> read.rejections() + told);
        assertSame(told);
    }

    private void assertSame(String told) {
        int size = read.size();
        assertEquals(size, scanned.size(), told);
        assertTrue(
                Arrays.equals(read.records, 0, read.recordsLength(), scanned.records, 0, scanned.recordsLength())
                        && Arrays.equals(read.recordOffset, 0, size, scanned.recordOffset, 0, size)
                        && Arrays.equals(read.sourceIndex, 0, size, scanned.sourceIndex, 0, size),
                () -> "other records, " + told);
        assertTrue(
                Arrays.equals(read.hashHigh, 0, size, scanned.hashHigh, 0, size)
                        && Arrays.equals(read.hashLow, 0, size, scanned.hashLow, 0, size)
                        && Arrays.equals(read.fingerprint, 0, size, scanned.fingerprint, 0, size),
                () -> "other hashes, " + told);
        assertTrue(
                Arrays.equals(read.meter, 0, size, scanned.meter, 0, size)
                        && Arrays.equals(read.verdict, 0, size, scanned.verdict, 0, size),
                () -> "other verdicts, " + told);
    }

    private boolean oneIn(int turns) {
        return random.nextInt(turns) == 0;
    }

    private String oneOf(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private String space() {
        return oneIn(4) ? oneOf(SPACES.subList(0, oneIn(20) ? SPACES.size() : SPACES.size() - 2)) : "";
    }

    private String body(boolean lines) {
        List<String> events = new ArrayList<>();
        int count = oneIn(10) ? random.nextInt(40) : 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            events.add(space() + event() + space());
        }
        if (lines) {
            return String.join("\n", events);
        }
        String list = "[" + String.join(",", events) + "]" + space();
        return switch (random.nextInt(3)) {
            case 0 -> events.isEmpty() ? "" : events.getFirst();
            case 1 -> space() + list;
            default -> "{" + space() + "\"events\"" + space() + ":" + space() + list + "}" + space();
        };
    }

    private String event() {
        List<String> members = new ArrayList<>(List.of("idempotency_key", "customer", oneIn(4) ? "type" : "meter"));
        for (String optional : List.of("value", "timestamp", "properties")) {
            if (oneIn(2)) {
                members.add(random.nextInt(members.size() + 1), optional);
            }
        }
        if (oneIn(30)) {
            members.add(oneOf(NAMES));
        }
        if (oneIn(30)) {
            members.remove(random.nextInt(members.size()));
        }
        List<String> written = new ArrayList<>();
        for (String name : members) {
            String key = oneIn(200) ? name.substring(1) : name;
            written.add(space() + "\"" + key + "\"" + space() + ":" + space() + valueOf(name) + space());
        }
        return "{" + String.join(",", written) + "}";
    }

    private String valueOf(String name) {
        if (oneIn(60)) {
            return oneOf(OTHERS);
        }
        return switch (name) {
            case "meter" -> "\"" + (oneIn(10) ? oneOf(TEXTS) : oneOf(METERS.subList(0, 5))) + "\"";
            case "value" -> oneIn(2) ? number() : "\"" + number() + "\"";
            case "timestamp" -> "\"" + oneOf(TIMES.subList(0, oneIn(8) ? TIMES.size() : 4)) + "\"";
            case "properties" -> properties();
            default -> "\"" + (oneIn(8) ? oneOf(TEXTS) : "text-" + random.nextInt(1_000_000)) + "\"";
        };
    }

    private String number() {
        return oneIn(6) ? oneOf(NUMBERS) : random.nextInt(100_000) + (oneIn(2) ? "" : "." + random.nextInt(1_000_000));
    }

    private String properties() {
        List<String> written = new ArrayList<>();
        int count = oneIn(40) ? 48 + random.nextInt(4) : random.nextInt(5);
        for (int i = 0; i < count; i++) {
            String name = oneIn(30) ? oneOf(TEXTS) : oneIn(4) ? "gigabytes" : "p" + (oneIn(20) ? 0 : i);
            String value = switch (random.nextInt(4)) {
                case 0 -> number();
                case 1 -> oneOf(OTHERS.subList(0, oneIn(20) ? OTHERS.size() : 2));
                default -> "\"" + (oneIn(10) ? oneOf(TEXTS) : "v" + i) + "\"";
            };
            written.add(space() + "\"" + name + "\"" + space() + ":" + space() + value + space());
        }
        return "{" + String.join(",", written) + "}";
    }

    /** The body as bytes; of every third, some are lost, doubled or replaced. */
    private byte[] damaged(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        if (bytes.length == 0 || !oneIn(3)) {
            return bytes;
        }
        int at = random.nextInt(bytes.length);
        int end = Math.min(bytes.length, at + 1 + (oneIn(4) ? random.nextInt(20) : 0));
        return switch (random.nextInt(5)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, end, bytes.length));
            case 2 -> joined(Arrays.copyOf(bytes, end), Arrays.copyOfRange(bytes, at, bytes.length));
            case 3 ->
                joined(
                        joined(Arrays.copyOf(bytes, at), oneOf(BYTES).getBytes(UTF_8)),
                        Arrays.copyOfRange(bytes, oneIn(2) ? at : end, bytes.length));
            default -> {
                bytes[at] = (byte) random.nextInt(256);
                yield bytes;
            }
        };
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    /** What stands behind a body in its array is of an earlier one, and may well go on where it ends. */
    private byte[] withSomethingBehind(byte[] body) {
        return switch (random.nextInt(4)) {
            case 0 -> body.clone();
            case 1 -> Arrays.copyOf(body, body.length + random.nextInt(40));
            default -> joined(body, ("}]}\",:" + event()).repeat(2).getBytes(UTF_8));
        };
    }
}
