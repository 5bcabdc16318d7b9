package dev.valora.ingest.parse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.ingest.Limits;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemKind;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostileBodyTest {

    private static final String EVENT = "{\"idempotency_key\":\"k\",\"customer\":\"c\",\"meter\":\"calls\"}";

    private final Parsing parsing = new Parsing();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 4_000, 4_095, 4_096})
    void shouldNotReadOnWhereAnEarlierBodyStoodInTheSameArray(int length) {
        byte[] blanks = new byte[4_096];
        Arrays.fill(blanks, (byte) ' ');
        assertMalformed(parsing.refusal(blanks, blanks.length));
        Arrays.fill(blanks, (byte) ' ');
        assertMalformed(parsing.refusal(blanks, length));
        assertMalformed(parsing.refusal(blanks, length));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[",
                "[EVENT",
                "[EVENT,]",
                "[,EVENT]",
                "[EVENT EVENT]",
                "EVENT EVENT",
                "EVENT,",
                "EVENT]",
                "EVENTx",
                "EVENT{}",
                "EVENT\u0000",
                "[EVENT]]",
                "{\"events\":[EVENT]",
                "{\"events\":[EVENT],}",
                "{\"events\":[EVENT],\"events\":[EVENT]}",
                "{\"events\":[EVENT]}{}",
                "{events:[EVENT]}",
                "{'events':[EVENT]}",
                "{\"events\":[EVENT]}//",
                "/* */EVENT",
                "# \nEVENT",
                "[EVENT,// \nEVENT]",
                "[NaN]",
                "[Infinity]",
                "[-Infinity]",
                "[+1]",
                "[01]",
                "[1.]",
                "[.5]",
                "[1e]",
                "[-]",
                "[0x1]",
                "[tru]",
                "[TRUE]",
                "[undefined]",
                "[\"\\x\"]",
                "[\"\\u12g4\"]",
                "[\"\n\"]",
                "[\"\t\"]",
                "[\"\u0001\"]",
                "[\"]",
                "{\"idempotency_key\":\"k\",\"customer\":\"c\",\"meter\":\"calls\",\"idempotency_key\":\"k\"}",
                "{\"idempotency_key\":\"k\",\"customer\":\"c\",\"meter\":\"calls\",\"custom\\u0065r\":\"d\"}",
                "[{\"value\":1,\"value\":1}]",
                "{\"idempotency_key\":\"k\",\"properties\":{\"b\":1,\"a\":1,\"c\":1,\"a\":2}}",
                "{\"idempotency_key\":\"k\",\"properties\":{\"a\":1,\"\\u0061\":2}}",
                "{\"idempotency_key\":\"k\",\"properties\":{\"a\":1},\"properties\":{}}",
                "{\"value\":NaN}",
                "{\"value\":1e}",
                "{\"value\":1,}",
                "{\"value\" 1}",
                "{\"value\":}",
                "{1:2}",
                "[{\"\\ud800\":1}]"
            })
    void shouldRefuseWhatIsNotStrictJson(String body) {
        assertMalformed(parsing.refusal(body.replace("EVENT", EVENT)));
    }

    private static void assertMalformed(Problem problem) {
        assertEquals("malformed_json", problem.code());
        assertEquals(ProblemKind.MALFORMED, problem.kind());
        assertTrue(problem.detail().contains("Nothing was accepted."), problem.detail());
        assertTrue(problem.detail().codePoints().noneMatch(Character::isISOControl), problem.detail());
        assertEquals(
                0, Objects.requireNonNull(problem.extensions()).get("accepted").asInt(-1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            80                | a continuation byte alone
            c0 80             | overlong NUL
            c1 bf             | overlong
            e0 80 80          | overlong
            e0 9f bf          | overlong
            f0 8f bf bf       | overlong
            ed a0 80          | a surrogate
            ed a0 bd ed b8 80 | a pair of surrogates
            f4 90 80 80       | beyond the last code point
            f5 80 80 80       | beyond the last code point
            ff                | never
            fe                | never
            c3                | cut off
            e2 82             | cut off
            f0 9f 98          | cut off
            c3 41             | no continuation
            """)
    void shouldRefuseWhatIsNotUtf8(String hex, String why) {
        String raw = new String(java.util.HexFormat.ofDelimiter(" ").parseHex(hex), ISO_8859_1);
        for (String body : new String[] {
            "[\n\"" + raw + "\"]",
            "[\n" + raw + "]",
            "[\n{\"" + raw + "\":1}]",
            EVENT + raw,
            "[" + EVENT + ",\n" + EVENT.replace("\"c\"", "\"some longer text 12345678 " + raw + "\"") + "]"
        }) {
            assertMalformed(parsing.refusal(body.getBytes(ISO_8859_1)));
        }
        assertTrue(why.length() > 0);
    }

    @Test
    void shouldRefuseOtherEncodings() {
        for (Charset charset : new Charset[] {
            UTF_16BE, UTF_16LE, Charset.forName("UTF-16"), Charset.forName("UTF-32BE"), Charset.forName("UTF-32LE")
        }) {
            assertMalformed(parsing.refusal(EVENT.getBytes(charset)));
        }
        assertMalformed(parsing.refusal(("\uFEFF" + EVENT).getBytes(UTF_8)));
        assertMalformed(parsing.refusal("\uFEFF".getBytes(UTF_8)));
        assertMalformed(parsing.refusal("\0" + EVENT));
        assertMalformed(parsing.refusal("1\0"));
    }

    @Test
    void shouldSayWhere() {
        Problem problem = parsing.refusal("[\n  " + EVENT + ",\n  {\"value\": 1.x}\n]");
        assertMalformed(problem);
        assertEquals(3, Objects.requireNonNull(problem.extensions()).get("line").asInt());
        assertEquals(15, problem.extensions().get("column").asInt(), problem.detail());
        assertTrue(problem.detail().contains("line 3"), problem.detail());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"events\":[", "{\"a\":", "[{\"properties\":{\"a\":[", "[{\"value\":{\"a\":"})
    void shouldRefuseDepthCheaply(String opening) {
        String unit = opening.substring(Math.max(opening.lastIndexOf('['), opening.lastIndexOf('{')));
        byte[] body = (opening + unit.repeat(100_000)).getBytes(UTF_8);
        long started = System.nanoTime();
        assertMalformed(parsing.refusal(body));
        long millis = (System.nanoTime() - started) / 1_000_000;
        assertTrue(millis < 500, "took " + millis + " ms");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "\"event\"",
                "null",
                "true",
                "{\"events\":{}}",
                "{\"events\":null}",
                "{\"events\":1}",
                "\"events\":[EVENT]}"
            })
    void shouldSayWhatEventsAre(String body) {
        Problem problem = parsing.refusal(body.replace("EVENT", EVENT));
        assertEquals("not_events", problem.code());
        assertEquals(ProblemKind.MALFORMED, problem.kind());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{\"events\":[]}", " [ ] "})
    void shouldAskForEvents(String body) {
        Problem problem = parsing.refusal(body);
        assertEquals("no_events", problem.code());
        assertEquals(ProblemKind.INVALID, problem.kind());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"events":[],"atomic":true}                     | /atomic
            {"events":[{}],"idempotency_key":"k"}           | /idempotency_key
            {"atomic":true,"events":[]}                     | ''
            {"idempotency_key":"k","events":[]}             | ''
            """)
    void shouldRefuseWhatStandsBesideEvents(String body, String pointer) {
        Problem problem = parsing.refusal(body);
        assertEquals(ProblemKind.INVALID, problem.kind());
        assertEquals(pointer, problem.errors().getFirst().pointer());
    }

    @Test
    void shouldBoundTheNumberOfEvents() {
        String most = EVENT + ("," + EVENT).repeat(Limits.REQUEST_EVENTS - 1);
        assertEquals(Limits.REQUEST_EVENTS, parsing.parse("[" + most + "]").size());
        Problem problem = parsing.refusal("{\"events\":[" + most + ",1]}");
        assertEquals("too_many_events", problem.code());
        assertEquals(ProblemKind.TOO_LARGE, problem.kind());
        assertEquals(
                "too_many_events",
                parsing.refusal("[" + "1,".repeat(1_000_000) + "1]").code());
    }

    @Test
    void shouldBoundTheEncodedBytes() {
        StringBuilder event =
                new StringBuilder(EVENT).deleteCharAt(EVENT.length() - 1).append(",\"properties\":{");
        for (int i = 0; i < 50; i++) {
            event.append(i == 0 ? "" : ",").append("\"p").append(i).append("\":1e62");
        }
        event.append("}}");
        byte[] body = ("[" + event + ("," + event).repeat(9_999) + "]").getBytes(UTF_8);
        Problem problem = parsing.refusal(body);
        assertEquals("body_too_large", problem.code());
        assertEquals(ProblemKind.TOO_LARGE, problem.kind());
        // What is wrong before it is too large is told, as of any body.
        body["[".length() + event.indexOf("\"p0\"") + 1] = (byte) 0xFF;
        assertEquals("malformed_json", parsing.refusal(body).code());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1001 digits", "an exponent", "a fraction"})
    void shouldRefuseGreatNumbersUnread(String kind) {
        String number = switch (kind) {
            case "1001 digits" -> "1".repeat(1_001);
            case "an exponent" -> "1e" + "9".repeat(100_000);
            default -> "0." + "1".repeat(1_000_000);
        };
        String event = EVENT.replace("}", ",\"value\":" + number + "}");
        assertEquals("invalid_value", parsing.rejection(event).code());
        event = EVENT.replace("}", ",\"properties\":{\"p\":" + number + "}}");
        assertEquals("invalid_field", parsing.rejection(event).code());
    }

    @Test
    void shouldNotSufferFromManyNames() {
        StringBuilder body = new StringBuilder("[");
        int name = 0;
        for (int i = 0; i < 8_000; i++) {
            body.append(i == 0 ? "" : ",")
                    .append("{\"idempotency_key\":\"k\",\"customer\":\"c\",\"meter\":\"calls\",\"properties\":{");
            for (int p = 0; p < 40; p++) {
                body.append(p == 0 ? "" : ",").append("\"p").append(name++).append("\":1");
            }
            body.append("}}");
        }
        assertEquals(8_000, parsing.parse(body.append(']').toString()).size());
    }

    @Test
    void shouldTakeEveryEventWhateverOthersNamedTheirProperties() {
        // Names made of the same 4-byte parts in another order have one hash in the JSON parser's table of names. One
        // body may not have too many of them; another body must not suffer.
        for (int i = 0; i < 2_000; i++) {
            StringBuilder name = new StringBuilder("aaaabbbbcccc");
            for (int k = 0, rest = i; k < 8; k++, rest /= 3) {
                name.append(rest % 3 == 0 ? "dddd" : rest % 3 == 1 ? "eeee" : "ffff");
            }
            String event = EVENT.replace("}", ",\"properties\":{\"" + name + "\":1}}");
            assertEquals(1, parsing.parse(event).size());
        }
    }
}
