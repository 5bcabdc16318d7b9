package dev.valora.billing.customers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.BillingApi;
import dev.valora.ingest.Calls;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemKind;
import dev.valora.ingest.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

final class CustomerRoutesTest {

    @AutoClose
    private static final BillingApi API = new BillingApi("2026-01-01T00:00:00.000001Z");

    private final Calls calls = API.organization("UTC", CustomerRoutesTest::routes);

    private static List<Route> routes(BillingApi api) {
        return new CustomerRoutes(api.database(), api.audit()).routes();
    }

    @Test
    void shouldCreateACustomerAndFindItByIdAndByKey() {
        JsonNode created = calls.post(
                "/v1/customers",
                "{'key':'a/b c','name':'Ann','email':'ann@example.com','address':'Street 1','metadata':{'z':'','a':' '}}");
        String id = created.get("id").textValue();
        assertEquals(
                "{\"id\":\"" + id + "\",\"key\":\"a/b c\",\"name\":\"Ann\",\"email\":\"ann@example.com\","
                        + "\"address\":\"Street 1\",\"metadata\":{\"a\":\" \",\"z\":\"\"},"
                        + "\"created_at\":\"2026-01-01T00:00:00.000001Z\"}",
                created.toString());
        assertEquals(created, calls.get("/v1/customers/" + id));
        calls.post("/v1/customers", "{'key':'plain','name':'P'}");
        assertEquals("P", calls.get("/v1/customers/key:plain").get("name").textValue());
        assertEquals(
                "{\"data\":[],\"next_cursor\":null}",
                calls.get("/v1/customers?key=nobody").toString());
        assertEquals(
                "plain",
                calls.get("/v1/customers?key=plain")
                        .get("data")
                        .get(0)
                        .get("key")
                        .textValue());
    }

    @Test
    void shouldTellEveryFieldProblemAtOnce() {
        String many = IntStream.range(0, 51).mapToObj(i -> "'k" + i + "':'v'").collect(Collectors.joining(","));
        assertEquals(
                List.of(
                        "/colour unknown_field",
                        "/email invalid_email",
                        "/key missing_field",
                        "/metadata invalid_field",
                        "/name invalid_field"),
                calls.fieldProblems(
                        HttpVerb.POST,
                        "/v1/customers",
                        "{'name':' ','email':'nobody','colour':1,'metadata':{" + many + "}}"));
        assertEquals(
                List.of("/metadata/ invalid_field", "/metadata/n invalid_field"),
                calls.fieldProblems(
                        HttpVerb.POST, "/v1/customers", "{'key':'k','name':'n','metadata':{'n':1,'':'x'}}"));
        assertEquals(List.of(), calls.get("/v1/customers").get("data").findValuesAsText("id"));
    }

    @Test
    void shouldRefuseAKeyThatIsTaken() {
        calls.post("/v1/customers", "{'key':'k','name':'first'}");
        Problem problem = calls.problem(HttpVerb.POST, "/v1/customers", "{'key':'k','name':'second'}");
        assertEquals(ProblemKind.CONFLICT, problem.kind());
        assertEquals("customer_key_taken", problem.code());
        Calls other = API.organization("UTC", CustomerRoutesTest::routes);
        assertEquals(
                "third",
                other.post("/v1/customers", "{'key':'k','name':'third'}")
                        .get("name")
                        .textValue());
    }

    @Test
    void shouldChangeWhatWasSentAndTellTheAuditTrail() {
        calls.post("/v1/customers", "{'key':'k','name':'n','email':'a@b','metadata':{'a':'1'}}");
        JsonNode changed = calls.patch("/v1/customers/key:k", "{'name':'m','email':null,'key':'k'}");
        assertEquals("m", changed.get("name").textValue());
        assertEquals("{\"a\":\"1\"}", changed.get("metadata").toString());
        assertEquals(true, changed.get("email").isNull());
        assertEquals(changed, calls.get("/v1/customers/key:k"));
        assertEquals(changed, calls.patch("/v1/customers/key:k", "{}"));
        assertEquals(
                List.of("/key immutable_field"),
                calls.fieldProblems(HttpVerb.PATCH, "/v1/customers/key:k", "{'key':'other','name':'no'}"));
        String id = changed.get("id").textValue();
        assertEquals(
                List.of(
                        "1 customer.created customer:" + id + " key:test req_1 null n",
                        "2 customer.changed customer:" + id + " key:test req_1 n m"),
                API.rows("SELECT entry, action, target, actor, request_id, before->>'name', after->>'name'"
                        + " FROM billing.audit WHERE organization_id = '" + calls.organization() + "' ORDER BY entry"));
    }

    @Test
    void shouldSayTheSameOfWhatIsMissingAndOfWhatIsAnothers() {
        Calls other = API.organization("UTC", CustomerRoutesTest::routes);
        String others =
                other.post("/v1/customers", "{'key':'k','name':'n'}").get("id").textValue();
        for (String name : List.of(others, UUID.randomUUID().toString(), "key:k", "key:", "x", "1")) {
            Problem problem = calls.problem(HttpVerb.GET, "/v1/customers/" + name, null);
            assertEquals(ProblemKind.NOT_FOUND, problem.kind());
            assertEquals(
                    ProblemKind.NOT_FOUND,
                    calls.problem(HttpVerb.PATCH, "/v1/customers/" + name, "{'name':'mine'}")
                            .kind());
        }
    }

    @Test
    void shouldListEveryCustomerOnceWhileOthersAreCreated() {
        for (int i = 0; i < 5; i++) {
            calls.post("/v1/customers", "{'key':'k" + i + "','name':'n'}");
        }
        List<String> seen = new ArrayList<>();
        String query = "?limit=2";
        while (!query.isEmpty()) {
            JsonNode page = calls.get("/v1/customers" + query);
            page.get("data").forEach(row -> seen.add(row.get("key").textValue()));
            if (seen.size() == 2) {
                calls.post("/v1/customers", "{'key':'k5','name':'n'}");
            }
            JsonNode cursor = page.get("next_cursor");
            query = cursor.isNull() ? "" : "?limit=2&cursor=" + cursor.textValue();
        }
        assertEquals(List.of("k0", "k1", "k2", "k3", "k4", "k5"), seen);
    }
}
