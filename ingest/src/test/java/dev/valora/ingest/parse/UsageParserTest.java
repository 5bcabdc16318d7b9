package dev.valora.ingest.parse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.ingest.EventRecord;
import dev.valora.ingest.RecordLayout;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.admission.Rejection;
import dev.valora.ingest.admission.UsageBatch;
import dev.valora.ingest.admission.Verdict;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageParserTest {

    private final Parsing parsing = new Parsing();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"idempotency_key":"k","customer":"c","meter":"calls"}                              | k c meter calls null now []
            {"meter":"calls","customer":"c","idempotency_key":"k"}                              | k c meter calls null now []
            {"idempotency_key":"k","customer":"c","type":"api.call"}                            | k c type api.call null now []
            {"idempotency_key":"k","customer":"c","meter":"calls","value":"12.340"}             | k c meter calls 12.34 now []
            {"idempotency_key":"k","customer":"c","meter":"calls","value":12.340}               | k c meter calls 12.34 now []
            {"idempotency_key":"k","customer":"c","meter":"calls","value":-0}                   | k c meter calls 0 now []
            {"idempotency_key":"k","customer":"c","meter":"calls","value":1e3}                  | k c meter calls 1000 now []
            {"idempotency_key":"k","customer":"c","meter":"calls","value":"-999999999999999999.999999999999"} | k c meter calls -999999999999999999.999999999999 now []
            {"idempotency_key":"k","customer":"c","meter":"calls","timestamp":"1970-01-01T00:00:00.000001Z"} | k c meter calls null 1 []
            {"idempotency_key":"k","customer":"c","meter":"calls","properties":{}}              | k c meter calls null now []
            {"idempotency_key":"k","customer":"c","meter":"calls","properties":{"b":true,"a":false,"c":"x","n":1.50}} | k c meter calls null now [a=4:false, b=3:true, c=1:x, n=2:1.5]
            {"idempotency_key":"k","customer":"c","meter":"calls","properties":{"s":"","n":-0.0}} | k c meter calls null now [n=2:0, s=1:]
            {"\\u0069dempotency_key":"k","customer":"\\u00e9\\ud83d\\ude00\\/","meter":"calls"} | k é😀/ meter calls null now []
            {"idempotency_key":"é😀","customer":"日本","meter":"calls","properties":{"größe":"groß","gr":"ÿ"}} | é😀 日本 meter calls null now [gr=1:ÿ, größe=1:groß]
            """)
    void shouldKeepWhatWasSent(String event, String described) {
        assertEquals(described, Parsing.describe(parsing.event(event)));
        assertEquals(described, Parsing.describe(parsing.event("[" + event + "]")));
        assertEquals(described, Parsing.describe(parsing.event(" { \"events\" : [ " + event + " ] } \r\n\t ")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                             | missing_field | /idempotency_key
            {"customer":"c","meter":"calls"}                               | missing_field | /idempotency_key
            {"idempotency_key":"k","meter":"calls"}                        | missing_field | /customer
            {"idempotency_key":"k","customer":"c"}                         | missing_field | /meter
            {"idempotency_key":"k","customer":"c","meter":"calls","type":"t"} | invalid_field | /type
            {"idempotency_key":null,"customer":"c","meter":"calls"}        | invalid_field | /idempotency_key
            {"idempotency_key":1,"customer":"c","meter":"calls"}           | invalid_field | /idempotency_key
            {"idempotency_key":"","customer":"c","meter":"calls"}          | invalid_field | /idempotency_key
            {"idempotency_key":"k","customer":" \\t\\u00a0\\u2003","meter":"calls"} | invalid_field | /customer
            {"idempotency_key":"k","customer":"a\\u0000b","meter":"calls"} | invalid_field | /customer
            {"idempotency_key":"k","customer":"\\ud800","meter":"calls"}   | invalid_field | /customer
            {"idempotency_key":"k","customer":"\\udc00\\ud800","meter":"calls"} | invalid_field | /customer
            {"idempotency_key":"k","customer":["c"],"meter":"calls"}       | invalid_field | /customer
            {"idempotency_key":"k","customer":"c","meter":""}              | invalid_field | /meter
            {"idempotency_key":"k","customer":"c","meter":true}            | invalid_field | /meter
            {"idempotency_key":"k","customer":"c","type":""}               | invalid_field | /type
            {"idempotency_key":"k","customer":"c","meter":"calls","value":"abc"} | invalid_value | /value
            {"idempotency_key":"k","customer":"c","meter":"calls","value":""} | invalid_value | /value
            {"idempotency_key":"k","customer":"c","meter":"calls","value":" 1"} | invalid_value | /value
            {"idempotency_key":"k","customer":"c","meter":"calls","value":"1\\u0000"} | invalid_value | /value
            {"idempotency_key":"k","customer":"c","meter":"calls","value":null} | invalid_value | /value
            {"idempotency_key":"k","customer":"c","meter":"calls","value":true} | invalid_value | /value
            {"idempotency_key":"k","customer":"c","meter":"calls","value":{"a":[1]}} | invalid_value | /value
            {"idempotency_key":"k","customer":"c","meter":"calls","value":1e18} | invalid_value | /value
            {"idempotency_key":"k","customer":"c","meter":"calls","value":1e1000000} | invalid_value | /value
            {"idempotency_key":"k","customer":"c","meter":"calls","value":"1e1000000"} | invalid_value | /value
            {"idempotency_key":"k","customer":"c","meter":"calls","value":0.0000000000001} | invalid_value | /value
            {"idempotency_key":"k","customer":"c","meter":"calls","timestamp":"2026-02-30T00:00:00Z"} | invalid_timestamp | /timestamp
            {"idempotency_key":"k","customer":"c","meter":"calls","timestamp":"2026-03-01T00:00:00"} | invalid_timestamp | /timestamp
            {"idempotency_key":"k","customer":"c","meter":"calls","timestamp":1772323200} | invalid_timestamp | /timestamp
            {"idempotency_key":"k","customer":"c","meter":"calls","timestamp":null} | invalid_timestamp | /timestamp
            {"idempotency_key":"k","customer":"c","meter":"calls","properties":null} | invalid_field | /properties
            {"idempotency_key":"k","customer":"c","meter":"calls","properties":[]} | invalid_field | /properties
            {"idempotency_key":"k","customer":"c","meter":"calls","properties":{"a/b~c":null}} | invalid_field | /properties/a~1b~0c
            {"idempotency_key":"k","customer":"c","meter":"calls","properties":{"a":{"b":1}}} | invalid_field | /properties/a
            {"idempotency_key":"k","customer":"c","meter":"calls","properties":{"a":[1]}} | invalid_field | /properties/a
            {"idempotency_key":"k","customer":"c","meter":"calls","properties":{"a":"\\u0000"}} | invalid_field | /properties/a
            {"idempotency_key":"k","customer":"c","meter":"calls","properties":{"a":"\\udfff"}} | invalid_field | /properties/a
            {"idempotency_key":"k","customer":"c","meter":"calls","properties":{"":1}} | invalid_field | /properties
            {"idempotency_key":"k","customer":"c","meter":"calls","properties":{"a\\u0000":1}} | invalid_field | /properties
            {"idempotency_key":"k","customer":"c","meter":"calls","properties":{"a":1e64}} | invalid_field | /properties/a
            {"idempotency_key":"k","customer":"c","meter":"calls","quantity":1} | invalid_field | /quantity
            {"idempotency_key":"k","customer":"c","meter":"calls","a/b":{"deep":[]}} | invalid_field | /a~1b
            {"idempotency_key":"k","customer":"c","meter":"calls","":1} | invalid_field | /
            """)
    void shouldNameWhatIsWrongWithAnEvent(String event, String code, String pointer) {
        assertRejected(parsing.rejection(event), 0, code, pointer);
        assertRejected(parsing.rejection("[" + event + "]"), 0, code, "/0" + pointer);
        assertRejected(parsing.rejection("{\"events\":[" + event + "]}"), 0, code, "/events/0" + pointer);
    }

    private static void assertRejected(Rejection rejection, int index, String code, String pointer) {
        assertEquals(index, rejection.index());
        assertEquals(code, rejection.code());
        assertEquals(pointer, rejection.pointer());
        assertTrue(rejection.detail().endsWith("."), rejection.detail());
        assertTrue(rejection.detail().codePoints().noneMatch(Character::isISOControl), rejection.detail());
    }

    @Test
    void shouldBoundTextByCodePoints() {
        assertLength("idempotency_key", 255);
        assertLength("customer", 255);
        assertLength("type", 255);
        assertLength("meter", 64);
        String name = "😀".repeat(128);
        assertEquals(
                1, parsing.event(event("\"properties\":{\"" + name + "\":1}")).propertyCount());
        assertTooLong("\"properties\":{\"" + name + "x\":1}", "/properties");
        assertTooLong("\"properties\":{\"" + "x".repeat(1_000) + "\":1}", "/properties");
        String text = "😀".repeat(1_000);
        assertEquals(
                1,
                parsing.event(event("\"properties\":{\"p\":\"" + text + "\"}")).propertyCount());
        assertTooLong("\"properties\":{\"p\":\"" + text + "x\"}", "/properties/p");
        assertTooLong("\"properties\":{\"p\":\"" + "x".repeat(1_000_000) + "\"}", "/properties/p");
    }

    private void assertLength(String member, int longest) {
        for (String unit : List.of("x", "é", "日", "😀", "\\ud83d\\ude00")) {
            parsing.event(withMember(member, unit.repeat(longest)));
            Rejection rejection = parsing.rejection(withMember(member, unit.repeat(longest + 1)));
            assertRejected(rejection, 0, "too_long", "/" + member);
        }
        assertRejected(parsing.rejection(withMember(member, "x".repeat(100_000))), 0, "too_long", "/" + member);
    }

    private static String withMember(String member, String text) {
        String event = "{\"idempotency_key\":\"k\",\"customer\":\"c\",\"meter\":\"calls\"}";
        return member.equals("type")
                ? event.replace("\"meter\":\"calls\"", "\"type\":\"" + text + "\"")
                : event.replaceFirst(
                        "\"" + member + "\":\"\\w+\"", "\"" + member + "\":\"" + text.replace("\\", "\\\\") + "\"");
    }

    private void assertTooLong(String member, String pointer) {
        assertRejected(parsing.rejection(event(member)), 0, "too_long", pointer);
    }

    private static String event(String member) {
        return "{\"idempotency_key\":\"k\",\"customer\":\"c\",\"meter\":\"calls\"," + member + "}";
    }

    @Test
    void shouldBoundTheNumberOfProperties() {
        StringBuilder properties = new StringBuilder("\"properties\":{\"p0\":0");
        for (int i = 1; i < 50; i++) {
            properties.append(",\"p").append(i).append("\":").append(i);
        }
        assertEquals(50, parsing.event(event(properties + "}")).propertyCount());
        assertRejected(parsing.rejection(event(properties + ",\"more\":{}}")), 0, "invalid_field", "/properties");
    }

    @Test
    void shouldReadOnBehindARefusedEvent() {
        UsageBatch batch = parsing.parse("""
                [{"idempotency_key":"a","customer":"c","meter":"calls"},
                 7,
                 {"value":"no","properties":{"x":[[1]]},"idempotency_key":"late","customer":"c","meter":"calls"},
                 {"idempotency_key":"b","customer":"c","meter":"tokens","value":1}]
                """);
        assertEquals(2, batch.size());
        assertEquals("a", parsing.record(0).key());
        assertEquals("b", parsing.record(1).key());
        assertArrayEquals(new int[] {0, 3}, Arrays.copyOf(batch.sourceIndex, 2));
        assertEquals(2, batch.rejections().size());
        assertRejected(batch.rejections().getFirst(), 1, "invalid_field", "/1");
        assertNull(batch.rejections().getFirst().idempotencyKey());
        assertRejected(batch.rejections().getLast(), 2, "invalid_value", "/2/value");
        assertEquals("late", batch.rejections().getLast().idempotencyKey());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "meter":"calls"                                           | ACCEPTED
            "meter":"calls","value":"1"                               | ACCEPTED
            "meter":"tokens","value":"1"                              | ACCEPTED
            "meter":"tokens"                                          | VALUE_REQUIRED
            "meter":"tokens","properties":{"value":1}                 | VALUE_REQUIRED
            "meter":"peak"                                            | VALUE_REQUIRED
            "meter":"storage","properties":{"gigabytes":1.5}          | ACCEPTED
            "meter":"storage","properties":{"a":1,"gigabytes":"1.5","z":1} | ACCEPTED
            "meter":"storage","properties":{"gigabyte":1},"value":"1" | VALUE_REQUIRED
            "meter":"storage","properties":{"gigabytes":"much"}       | INVALID_VALUE
            "meter":"storage","properties":{"gigabytes":true}         | INVALID_VALUE
            "meter":"storage","properties":{"gigabytes":1e20}         | INVALID_VALUE
            "meter":"Calls"                                           | UNKNOWN_METER
            "meter":"call"                                            | UNKNOWN_METER
            "type":"tokens"                                           | ACCEPTED
            "type":"anything at all"                                  | ACCEPTED
            """)
    void shouldJudgeByTheMeter(String members, Verdict verdict) {
        UsageBatch batch = parsing.parse("{\"idempotency_key\":\"k\",\"customer\":\"c\"," + members + "}");
        assertEquals(1, batch.size());
        assertEquals(verdict, batch.verdict[0]);
        boolean known = verdict != Verdict.UNKNOWN_METER && members.startsWith("\"meter\"");
        assertEquals(
                known
                        ? parsing.meters.find(
                                Parsing.ORGANIZATION, parsing.record(0).target())
                        : null,
                batch.meter[0]);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"value\":\"1.0\",\"timestamp\":\"2026-03-01T12:00:00Z\",\"properties\":{\"a\":1,\"b\":\"x\",\"c\":true}",
                "\"value\":1,\"timestamp\":\"2026-03-01T14:00:00+02:00\",\"properties\":{\"c\":true,\"b\":\"x\",\"a\":1.00}",
                "\"properties\":{\"b\":\"\\u0078\",\"a\":10e-1,\"c\":true},\"value\":0.1e1,\"timestamp\":\"2026-03-01t12:00:00.0000009z\""
            })
    void shouldSeeTheSameContent(String members) {
        assertEquals(
                fingerprint(
                        "\"value\":\"1.00\",\"timestamp\":\"2026-03-01T12:00:00.000Z\",\"properties\":{\"a\":1.0,\"b\":\"x\",\"c\":true}"),
                fingerprint(members));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"value\":\"1\"",
                "\"value\":\"1\",\"timestamp\":\"2026-03-01T12:00:00.000001Z\",\"properties\":{\"a\":1}",
                "\"value\":\"1\",\"timestamp\":\"2026-03-01T12:00:00Z\",\"properties\":{\"a\":\"1\"}",
                "\"value\":\"1\",\"timestamp\":\"2026-03-01T12:00:00Z\",\"properties\":{\"a\":true}",
                "\"value\":\"1\",\"timestamp\":\"2026-03-01T12:00:00Z\",\"properties\":{\"a\":1,\"b\":1}",
                "\"value\":\"1\",\"timestamp\":\"2026-03-01T12:00:00Z\"",
                "\"value\":\"1\",\"properties\":{\"a\":1}",
                "\"value\":\"0.1\",\"timestamp\":\"2026-03-01T12:00:00Z\",\"properties\":{\"a\":1}",
                "\"value\":\"-1\",\"timestamp\":\"2026-03-01T12:00:00Z\",\"properties\":{\"a\":1}",
                "\"timestamp\":\"2026-03-01T12:00:00Z\",\"properties\":{\"a\":1}"
            })
    void shouldSeeOtherContent(String members) {
        assertNotEquals(
                fingerprint("\"value\":\"1\",\"timestamp\":\"2026-03-01T12:00:00Z\",\"properties\":{\"a\":1}"),
                fingerprint(members));
    }

    private long fingerprint(String members) {
        parsing.event(event(members));
        return parsing.batch.fingerprint[0];
    }

    @Test
    void shouldHashAsTheJournalWouldBeHashed() {
        EventRecord event = parsing.event(event("\"value\":1"));
        EventHash hash = new EventHash(new byte[EventHash.SECRET_BYTES]);
        // The writer stamps the accepted time into a record without a timestamp.
        RecordLayout.putLong(event.bytes(), event.offset() + RecordLayout.EVENT_TIME, 1_772_366_400_000_000L);
        hash.hash(event.bytes(), event.offset());
        assertEquals(hash.high(), parsing.batch.hashHigh[0]);
        assertEquals(hash.low(), parsing.batch.hashLow[0]);
        assertEquals(hash.fingerprint(), parsing.batch.fingerprint[0]);
        assertEquals(Parsing.ORGANIZATION, event.organization());
    }

    @Test
    void shouldKeepWhiteSpaceAndControlCharacters() {
        EventRecord event =
                parsing.event("{\"idempotency_key\":\" k \",\"customer\":\"\\tc\\n\\u0085\",\"meter\":\"calls\"}");
        assertEquals(" k ", event.key());
        assertEquals("\tc\n\u0085", event.customer());
    }

    @Test
    void shouldNotChangeTheBody() {
        byte[] body = event("\"properties\":{\"b\":\"\\u00e9\",\"a\":1}").getBytes(UTF_8);
        byte[] copy = body.clone();
        parsing.parse(body);
        assertArrayEquals(copy, body);
    }
}
