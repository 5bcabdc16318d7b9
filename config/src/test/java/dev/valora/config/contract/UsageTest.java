package dev.valora.config.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Usage as it is sent and as it is read back. A # in an event is a number used once. */
@ExtendWith(ContractServer.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UsageTest {

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final String EVENT = "{'idempotency_key':'e#','customer':'c','meter':'calls','value':'1'}";

    private final ContractServer server;
    private final Caller caller;
    private Instant now = Instant.EPOCH;

    UsageTest(ContractServer server) throws IOException, InterruptedException {
        this.server = server;
        this.caller = server.organization("");
    }

    @BeforeAll
    void define() throws IOException, InterruptedException {
        caller.selling();
        caller.create("/v1/meters", "{'code':'counted','aggregation':'count','event_type':'job.done'}");
        caller.create("/v1/meters", "{'code':'peak','aggregation':'max','value_property':'size'}");
        now = Instant.parse(server.operator().get("/v1/clock").at("/now"));
        caller.post("/v1/usage", "{'idempotency_key':'known','customer':'c','meter':'calls','value':'1.50'}");
    }

    private Answer send(String body) throws IOException, InterruptedException {
        return caller.post("/v1/usage", body.replace("#", Integer.toString(NUMBER.incrementAndGet())));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        'idempotency_key':'<k*255>','customer':'<c*255>','meter':'calls','value':'1' | 200
        'idempotency_key':'<k*256>','customer':'<c*256>','meter':'calls','value':'1' | 422 too_long /idempotency_key:too_long
        'customer':'c','meter':'calls','value':'1' | 422 missing_field /idempotency_key:missing_field
        'idempotency_key':'','customer':'c','meter':'calls','value':'1' | 422 invalid_field /idempotency_key:invalid_field
        'idempotency_key':5,'customer':'c','meter':'calls','value':'1' | 422 invalid_field /idempotency_key:invalid_field
        'idempotency_key':'e#','meter':'calls','value':'1' | 422 missing_field /customer:missing_field
        'idempotency_key':'e#','customer':'c','value':'1' | 422 missing_field /meter:missing_field
        'idempotency_key':'e#','customer':'c','meter':'nothing','value':'1' | 422 unknown_meter /meter:unknown_meter
        'idempotency_key':'e#','customer':'c','meter':'gone','value':'1' | 422 archived_meter /meter:archived_meter
        'idempotency_key':'e#','customer':'c','meter':'calls','type':'calls','value':'1' | 422 invalid_field /type:invalid_field
        'idempotency_key':'e#','customer':'c','type':'calls','value':'1' | 200
        'idempotency_key':'e#','customer':'c','type':'of nobody yet' | 200
        'idempotency_key':'e#','customer':'c','meter':'calls' | 422 value_required /value:value_required
        'idempotency_key':'e#','customer':'c','meter':'calls','value':'-<9*18>.<9*12>' | 200
        'idempotency_key':'e#','customer':'c','meter':'calls','value':'1<0*18>' | 422 invalid_value /value:invalid_value
        'idempotency_key':'e#','customer':'c','meter':'calls','value':'0.<9*13>' | 422 invalid_value /value:invalid_value
        'idempotency_key':'e#','customer':'c','meter':'calls','value':1e1000000 | 422 invalid_value /value:invalid_value
        'idempotency_key':'e#','customer':'c','meter':'calls','value':true | 422 invalid_value /value:invalid_value
        'idempotency_key':'e#','customer':'c','meter':'counted' | 200
        'idempotency_key':'e#','customer':'c','meter':'peak','value':'1' | 422 value_required /value:value_required
        'idempotency_key':'e#','customer':'c','meter':'peak','properties':{'size':2.5} | 200
        'idempotency_key':'e#','customer':'c','meter':'peak','properties':{'size':'big'} | 422 invalid_value /value:invalid_value
        'idempotency_key':'e#','customer':'c','meter':'calls','value':1,'timestamp':'2026-01-01' | 422 invalid_timestamp /timestamp:invalid_timestamp
        'idempotency_key':'e#','customer':'c','meter':'calls','value':1,'timestamp':'2026-01-01T00:00:00' | 422 invalid_timestamp /timestamp:invalid_timestamp
        'idempotency_key':'e#','customer':'c','meter':'calls','value':1,'properties':{'a':null} | 422 invalid_field /properties/a:invalid_field
        'idempotency_key':'e#','customer':'c','meter':'calls','value':1,'properties':{'a':{'b':1}} | 422 invalid_field /properties/a:invalid_field
        'idempotency_key':'e#','customer':'c','meter':'calls','value':1,'properties':{'a':'','b':1.5,'c':true} | 200
        'idempotency_key':'e#','customer':'c','meter':'calls','value':1,'colour':'red' | 422 invalid_field /colour:invalid_field
        'idempotency_key':'known','customer':'c','meter':'calls','value':1.5 | 200
        'idempotency_key':'known','customer':'c','meter':'calls','value':'1.5' | 200
        'idempotency_key':'known','customer':'c','meter':'calls','value':'2' | 409 idempotency_conflict /idempotency_key:idempotency_conflict
        'idempotency_key':'known','customer':'d','meter':'calls','value':'1.5' | 409 idempotency_conflict /idempotency_key:idempotency_conflict
        """)
    void shouldJudgeOneEvent(String members, String expected) throws Exception {
        assertEquals(expected, send("{" + members + "}").told());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 200",
        "3600, 200",
        "3601, 422 timestamp_too_far_in_future",
        "-7776000, 200",
        "-7776001, 422 timestamp_too_old",
    })
    void shouldTakeEventsOfTheLastNinetyDaysAndTheNextHour(long secondsFromNow, String expected) throws Exception {
        Answer answer = send("{'idempotency_key':'e#','customer':'c','meter':'calls','value':'1','timestamp':'"
                + now.plusSeconds(secondsFromNow) + "'}");
        assertEquals(expected, answer.told().replaceAll(" /.*", ""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        [E,E] | 200 | {'accepted':1,'duplicates':1}
        {'events':[E]} | 200 | {'accepted':1,'duplicates':0}
        [E,K,{}] | 207 | {'accepted':1,'duplicates':0,'conflicts':1,'rejected':1}
        [K,{}] | 422 | {'accepted':0,'duplicates':0,'conflicts':1,'rejected':1}
        [K] | 422 | {'accepted':0,'duplicates':0,'conflicts':1,'rejected':0}
        {'events':[5,E]} | 207 | {'accepted':1,'duplicates':0,'conflicts':0,'rejected':1}
        """)
    void shouldCountTheFatesOfSeveral(String events, int status, String counts) throws Exception {
        Answer answer = send(bodyOf(events));
        assertEquals(status, answer.status(), answer.text());
        for (String name : new String[] {"accepted", "duplicates", "conflicts", "rejected"}) {
            assertEquals(
                    counts.contains(name) ? counts.replaceAll(".*'" + name + "':(\\d+).*", "$1") : "",
                    answer.at("/" + name));
        }
        assertEquals(
                status == 200
                        ? 0
                        : answer.json().get("conflicts").intValue()
                                + answer.json().get("rejected").intValue(),
                answer.json().path("failures").size());
    }

    private static String bodyOf(String events) {
        return events.replace("E", EVENT)
                .replace("K", "{'idempotency_key':'known','customer':'c','meter':'calls','value':'3'}");
    }

    @Test
    void shouldAcceptAllOrNothingWhenAskedTo() throws Exception {
        String fresh = Integer.toString(NUMBER.incrementAndGet());
        String both = bodyOf("[E,K]").replace("#", fresh);
        Answer refused = caller.post("/v1/usage?atomic=true", both);
        assertEquals("422 atomic_rejected /1/idempotency_key:idempotency_conflict", refused.told());
        assertEquals("0", refused.at("/accepted"));
        assertEquals(404, caller.get("/v1/usage/events/e" + fresh).status());
        assertEquals(207, caller.post("/v1/usage?atomic=false", both).status());
        assertEquals(
                "422 invalid_request ?atomic:invalid_choice",
                caller.post("/v1/usage?atomic=1", both).told());
        assertEquals(
                "422 invalid_request ?all:unknown_parameter",
                caller.post("/v1/usage?all=true", both).told());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        [] | 422 no_events
        {'events':[]} | 422 no_events
        {'events':{}} | 400 not_events
        5 | 400 not_events
        null | 400 not_events
        [E,] | 400 malformed_json
        E E | 400 malformed_json
        {'idempotency_key':'a','idempotency_key':'b'} | 400 malformed_json
        {'events':[E],'atomic':true} | 422 invalid_request /atomic:invalid_field
        [<5,*10000>5] | 413 too_many_events
        """)
    void shouldReadBodiesAsEventsOrNotAtAll(String body, String expected) throws Exception {
        Answer refused = send(bodyOf(body));
        assertEquals(expected, refused.told());
        if (refused.at("/code").equals("malformed_json")) {
            assertTrue(refused.json().get("line").intValue() == 1
                    && refused.json().get("column").intValue() > 0);
            assertEquals("0", refused.at("/accepted"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, identity, 200",
        "application/json; charset=utf-8, identity, 200",
        "application/x-ndjson, identity, 200",
        "application/json, gzip, 200",
        "application/x-ndjson, gzip, 200",
        "application/json, deflate, 415",
        "application/ndjson, identity, 415",
        "text/plain, identity, 415",
    })
    void shouldTakeTheMediaOfTheContract(String type, String encoding, int status) throws Exception {
        String event =
                EVENT.replace("#", Integer.toString(NUMBER.incrementAndGet())).replace('\'', '"');
        byte[] body = (type.contains("ndjson") ? event + "\n\n" : event).getBytes(UTF_8);
        Answer answer = server.send(caller.request("POST", "/v1/usage", null)
                .header("Content-Type", type)
                .header("Content-Encoding", encoding)
                .POST(BodyPublishers.ofByteArray(encoding.equals("gzip") ? gzip(body) : body))
                .build());
        assertEquals(status, answer.status(), answer.text());
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(plain);
        }
        return bytes.toByteArray();
    }

    @Test
    void shouldKeepAVoidedKeyAndToldFates() throws Exception {
        send(
                "{'idempotency_key':'to void/1','customer':'v','meter':'calls','value':'2.50','properties':{'region':'eu'}}");
        Answer stored = caller.get("/v1/usage/events/to%20void%2F1");
        assertEquals("accepted 2.5", stored.at("/fate") + " " + stored.at("/value"));
        String body = "{'idempotency_key':'to void/1','reason':'wrong'}";
        Answer voided = caller.post("/v1/usage/voids", body);
        assertEquals("200 voided wrong", voided.told() + " " + voided.at("/fate") + " " + voided.at("/void/reason"));
        assertEquals(
                voided.json(),
                caller.post("/v1/usage/voids", body.replace("wrong", "again")).json());
        String again =
                "{'idempotency_key':'to void/1','customer':'v','meter':'calls','value':'%s','properties':{'region':'eu'}}";
        assertEquals("1", send(again.formatted("2.5")).at("/duplicates"));
        assertEquals(409, send(again.formatted("3")).status());
        assertEquals(
                "404 not_found",
                caller.post("/v1/usage/voids", "{'idempotency_key':'never','reason':'x'}")
                        .told());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        meter=calls&from={start}&to={end} | 200
        meter=calls&from={start}&to={end}&window=hour&customer=c&customer=d | 200
        meter=calls&from={start}&to={end}&group_by=region&filter%5Bregion%5D=eu | 200
        meter=calls&from=2026-01-01T01:00:00+01:00&to=2026-01-01T02:00:00Z | 200
        meter=gone&from={start}&to={end} | 200
        from={start}&to={end} | 422 invalid_request ?meter:required
        meter=calls | 422 invalid_request ?from:required ?to:required
        meter=nothing&from={start}&to={end} | 404 not_found
        meter=calls&from={end}&to={start} | 422 invalid_request ?to:out_of_range
        meter=calls&from={start}&to=2026-01-01T00:30:00Z | 422 invalid_request ?to:not_a_window_boundary
        meter=calls&from=2026-01-01&to={end} | 422 invalid_request ?from:invalid_timestamp
        meter=calls&from={start}&to={end}&window=week | 422 invalid_request ?window:invalid_choice
        meter=calls&from={start}&to={end}&group_by=colour | 422 invalid_request ?group_by:unknown_dimension
        meter=calls&from={start}&to={end}&filter%5Bcolour%5D=red | 422 invalid_request ?filter[colour]:unknown_dimension
        meter=calls&from={start}&to={end}&accepted_before=2026-01-01T00:00:01Z | 422 invalid_request ?accepted_before:not_a_whole_hour
        meter=calls&from={start}&to={end}&limit=501 | 422 invalid_request ?limit:out_of_range
        """)
    void shouldReadWindows(String query, String expected) throws Exception {
        String filled = query.replace("{start}", "2026-01-01T00:00:00Z").replace("{end}", "2026-02-01T00:00:00Z");
        assertEquals(expected, caller.get("/v1/usage?" + filled).told());
    }

    @Test
    void shouldShowACustomerThatWasAskedForAsZeroWithoutUsage() throws Exception {
        JsonNode window = caller.get(
                        "/v1/usage?meter=peak&customer=nobody&from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z")
                .json()
                .at("/data/0");
        assertEquals(
                "{\"customer\":\"nobody\",\"window_start\":\"2026-01-01T00:00:00Z\",\"window_end\":\"2026-02-01T00:00:00Z\","
                        + "\"dimensions\":{},\"value\":\"0\",\"events\":0}",
                window.toString());
    }
}
