package dev.valora.billing.offering;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.BillingApi;
import dev.valora.ingest.Calls;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemKind;
import dev.valora.ingest.Route;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OfferingRoutesTest {

    @AutoClose
    private static final BillingApi API = new BillingApi("2026-01-01T00:00:00Z");

    private final Calls calls = API.organization("UTC", OfferingRoutesTest::routes);

    @BeforeEach
    void createProduct() {
        API.turnClockTo("2026-01-01T00:00:00Z");
        calls.post("/v1/products", "{'code':'api','name':'API'}");
        API.defineMeter(calls, "calls", "region", "a/b");
    }

    private static List<Route> routes(BillingApi api) {
        return api.routes();
    }

    @Test
    void shouldChangeAndArchiveAProduct() {
        JsonNode product = calls.get("/v1/products/api");
        assertEquals(
                "{\"code\":\"api\",\"name\":\"API\",\"description\":null,\"metadata\":{},\"status\":\"active\","
                        + "\"created_at\":\"2026-01-01T00:00:00Z\",\"archived_at\":null}",
                product.toString());
        assertEquals("product_code_taken", code(HttpVerb.POST, "/v1/products", "{'code':'api','name':'x'}"));
        assertEquals(
                "A",
                calls.patch("/v1/products/api", "{'name':'A','description':'d','metadata':{'k':'v'}}")
                        .get("name")
                        .textValue());
        API.turnClockTo("2026-01-02T00:00:00Z");
        JsonNode archived = Calls.json(calls.call(HttpVerb.POST, "/v1/products/api/archive", null), 200);
        assertEquals("archived", archived.get("status").textValue());
        API.turnClockTo("2026-01-03T00:00:00Z");
        assertEquals(archived, Calls.json(calls.call(HttpVerb.POST, "/v1/products/api/archive", null), 200));
        assertEquals(archived, calls.get("/v1/products").get("data").get(0));
        assertEquals(
                List.of("/product archived_product"),
                problems("/v1/prices", price("'code':'p','type':'recurring','version':{'model':'flat','amount':'1'}")));
        assertEquals(List.of("product.created", "product.changed", "product.archived"), audited());
    }

    @Test
    void shouldShowAPriceWithDefaultsAndItsVersions() {
        JsonNode created = calls.post(
                "/v1/prices",
                price(
                        "'code':'calls','type':'usage','meter':'calls','filter':{'region':'eu'},'version':"
                                + "{'model':'graduated','minimum_amount':'5.00','tiers':"
                                + "[{'up_to':1000,'unit_amount':0.0100},{'up_to':null,'unit_amount':'0.0000025','flat_amount':'2'}]}"));
        assertEquals(
                "{\"code\":\"calls\",\"product\":\"api\",\"name\":null,\"type\":\"usage\",\"meter\":\"calls\","
                        + "\"filter\":{\"region\":\"eu\"},\"interval\":\"month\",\"interval_count\":1,"
                        + "\"timing\":\"arrears\",\"status\":\"active\",\"created_at\":\"2026-01-01T00:00:00Z\","
                        + "\"archived_at\":null,\"versions\":[{\"version\":1,\"effective_from\":null,"
                        + "\"model\":\"graduated\",\"tiers\":["
                        + "{\"up_to\":\"1000\",\"unit_amount\":\"0.01\",\"flat_amount\":\"0\"},"
                        + "{\"up_to\":null,\"unit_amount\":\"0.0000025\",\"flat_amount\":\"2\"}],"
                        + "\"minimum_amount\":\"5\"}]}",
                created.toString());
        assertEquals(created, calls.get("/v1/prices/calls"));
        assertEquals(created, calls.get("/v1/prices").get("data").get(0));
        JsonNode base = calls.post(
                "/v1/prices",
                price("'code':'base','name':'Base','type':'recurring','version':{'model':'flat','amount':'49'}"));
        assertEquals("advance", base.get("timing").textValue());
        assertEquals("Base", base.get("name").textValue());
        assertEquals(
                "price_code_taken",
                code(
                        HttpVerb.POST,
                        "/v1/prices",
                        price("'code':'base','type':'recurring','version':{'model':'flat','amount':'1'}")));
    }

    @Test
    void shouldTakeAStairstepWhoseTiersHaveFlatAmountsAlone() {
        assertEquals(
                "[{\"up_to\":\"5\",\"unit_amount\":\"0\",\"flat_amount\":\"30\"},"
                        + "{\"up_to\":null,\"unit_amount\":\"0\",\"flat_amount\":\"90\"}]",
                calls.post(
                                "/v1/prices",
                                price(
                                        "'code':'stairs','type':'usage','meter':'calls','version':{'model':'volume','tiers':"
                                                + "[{'up_to':5,'flat_amount':'30'},{'flat_amount':'90'}]}"))
                        .at("/versions/0/tiers")
                        .toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {'model':'flat'} | /version/amount missing_field
            {'model':'flat','amount':'-1'} | /version/amount out_of_range
            {'model':'flat','amount':'1e30'} | /version/amount invalid_decimal
            {'model':'flat','amount':'0.0000000000001'} | /version/amount invalid_decimal
            {'model':'flat','amount':'1','unit_amount':'1'} | /version/unit_amount invalid_field
            {'model':'per_unit'} | /version/unit_amount missing_field
            {'model':'per_unit','unit_amount':'1','free_units':'-1'} | /version/free_units out_of_range
            {'model':'package'} | /version/package_amount missing_field,/version/package_size missing_field
            {'model':'package','package_size':0,'package_amount':1} | /version/package_size out_of_range
            {'model':'volume'} | /version/tiers missing_field
            {'model':'volume','tiers':[]} | /version/tiers invalid_field
            {'model':'volume','tiers':[{'up_to':'5','unit_amount':'1'}]} | /version/tiers/0/up_to last_tier_not_open
            {'model':'volume','tiers':[{'unit_amount':'1'},{'unit_amount':'1'}]} | /version/tiers/0/up_to missing_field
            {'model':'volume','tiers':[{'up_to':5,'unit_amount':'1'},{'up_to':5,'unit_amount':'1'},{}]} \
            | /version/tiers/1/up_to tiers_not_ascending,/version/tiers/2/unit_amount missing_field
            {'model':'volume','tiers':[{'flat_amount':null}]} | /version/tiers/0/unit_amount missing_field
            {'model':'volume','tiers':[{'up_to':0,'unit_amount':'x','foo':1},{'unit_amount':'1'}]} \
            | /version/tiers/0/foo unknown_field,/version/tiers/0/unit_amount invalid_decimal,\
            /version/tiers/0/up_to tiers_not_ascending
            {'model':'cubic','amount':'1'} | /version/model invalid_choice
            {'amount':'1','minimum_amount':'2','maximum_amount':'1'} \
            | /version/minimum_amount out_of_range,/version/model missing_field
            {'model':'flat','amount':'1','effective_from':'+12026-01-01'} | /version/effective_from invalid_date
            """)
    void shouldTellWhatIsWrongWithAVersion(String version, String problems) {
        assertEquals(
                Arrays.asList(problems.split(",", -1)),
                problems("/v1/prices", price("'code':'p','type':'recurring','version':" + version)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            'type':'usage' | /meter missing_field
            'type':'usage','meter':'other' | /meter unknown_meter
            'type':'usage','meter':'calls','timing':'advance' | /timing invalid_field
            'type':'usage','meter':'calls','filter':{'zone':'x','a/b':'1'} | /filter/zone unknown_dimension
            'type':'recurring','meter':'calls','filter':{} | /filter invalid_field,/meter invalid_field
            'type':'weekly' | /type invalid_choice
            'type':'recurring','interval':'year','interval_count':37 | /interval_count out_of_range
            'name':'x' | /type missing_field
            """)
    void shouldTellWhatIsWrongWithAPrice(String members, String problems) {
        String interval = members.contains("'interval'") ? "" : "'interval':'month',";
        assertEquals(
                Arrays.asList(problems.split(",", -1)),
                problems(
                        "/v1/prices",
                        "{'code':'p','product':'api'," + interval + members
                                + ",'version':{'model':'flat','amount':'1'}}"));
    }

    @Test
    void shouldTellEverythingThatIsMissingAtOnce() {
        assertEquals(
                List.of(
                        "/code missing_field",
                        "/interval missing_field",
                        "/product unknown_product",
                        "/type missing_field",
                        "/version missing_field"),
                problems("/v1/prices", "{'product':'nothing'}"));
        API.archiveMeter(calls, "calls");
        assertEquals(
                List.of("/meter archived_meter", "/version/amount missing_field"),
                problems("/v1/prices", price("'code':'p','type':'usage','meter':'calls','version':{'model':'flat'}")));
        assertEquals("[]", calls.get("/v1/prices").get("data").toString());
    }

    @Test
    void shouldAddVersionsThatStartOnDaysOfTheirOwn() {
        recurring("base", "advance");
        String versions = "/v1/prices/base/versions";
        JsonNode second = calls.post(
                versions, "{'effective_from':'2026-03-01','model':'flat','amount':'20','maximum_amount':30}");
        assertEquals(
                "{\"version\":2,\"effective_from\":\"2026-03-01\",\"model\":\"flat\",\"amount\":\"20\","
                        + "\"maximum_amount\":\"30\"}",
                second.toString());
        calls.post(versions, "{'effective_from':'2026-02-01','model':'per_unit','unit_amount':'3'}");
        assertEquals(
                List.of("1", "2", "3"),
                calls.get("/v1/prices/base").get("versions").findValuesAsText("version"));
        assertEquals(
                "effective_from_taken",
                code(HttpVerb.POST, versions, "{'effective_from':'2026-03-01','model':'flat','amount':'1'}"));
        assertEquals(
                List.of("/amount missing_field", "/effective_from missing_field"),
                problems(versions, "{'model':'flat'}"));
        assertEquals(
                ProblemKind.NOT_FOUND,
                calls.problem(
                                HttpVerb.POST,
                                "/v1/prices/other/versions",
                                "{'effective_from':'2026-03-01','model':'flat','amount':'1'}")
                        .kind());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # timing | closed cycles | effective_from | answer
            arrears  | 1             | 2026-01-31     | version_in_billed_period
            arrears  | 1             | 2025-12-15     | version_in_billed_period
            arrears  | 1             | 2026-02-01     | created
            arrears  | -             | 2026-01-15     | created
            advance  | 0             | 2026-01-31     | version_in_billed_period
            advance  | 0             | 2026-02-01     | created
            advance  | 0,1           | 2026-02-01     | version_in_billed_period
            advance  | 0,1           | 2026-02-28     | version_in_billed_period
            advance  | 0,1           | 2026-03-01     | created
            """)
    void shouldRefuseAVersionInsideABilledPeriod(String timing, String closed, String effectiveFrom, String answer) {
        recurring("base", timing);
        recurring("other", timing);
        calls.post("/v1/customers", "{'key':'k','name':'n'}");
        String id = calls.post(
                        "/v1/subscriptions", "{'customer':'k','items':[{'price':'base'}],'start_date':'2026-01-01'}")
                .get("id")
                .textValue();
        if (!closed.equals("-")) {
            API.asSuperuser("UPDATE billing.cycles SET state = 'closed', closed_at = now() WHERE subscription_id = '"
                    + id + "' AND number IN (" + closed + ")");
        }
        API.asSuperuser("""
                INSERT INTO billing.cycles (organization_id, id, subscription_id, number, period_start, period_end, starts_at,
                    ends_at, grace_hours, accepted_before, net_terms_days, state, kind, late_usage)
                SELECT organization_id, gen_random_uuid(), subscription_id, 2, '2026-02-01', '2026-03-01', '2026-02-01Z',
                    '2026-03-01Z', 1, '2026-03-01T01:00Z', 0, 'awaiting_cut', 'billed', 'bill_next'
                FROM billing.cycles WHERE number = 1 AND subscription_id = '%s'
                """.formatted(id));
        String body = "{'effective_from':'" + effectiveFrom + "','model':'flat','amount':'1'}";
        if (answer.equals("created")) {
            calls.post("/v1/prices/base/versions", body);
        } else {
            Problem problem = calls.problem(HttpVerb.POST, "/v1/prices/base/versions", body);
            assertEquals(answer, problem.code());
            assertEquals(ProblemKind.CONFLICT, problem.kind());
        }
        calls.post("/v1/prices/other/versions", body);
    }

    @Test
    void shouldLetAVersionEndBeforeABilledPeriodBegins() {
        recurring("base", "arrears");
        calls.post("/v1/prices/base/versions", "{'effective_from':'2026-01-01','model':'flat','amount':'1'}");
        calls.post("/v1/customers", "{'key':'k','name':'n'}");
        calls.post("/v1/subscriptions", "{'customer':'k','items':[{'price':'base'}]}");
        API.asSuperuser("UPDATE billing.cycles SET state = 'closed' WHERE organization_id = '"
                + BillingApi.organization(calls) + "'");
        calls.post("/v1/prices/base/versions", "{'effective_from':'2025-12-15','model':'flat','amount':'1'}");
    }

    @Test
    void shouldBundlePricesOfOneIntervalInPlans() {
        recurring("base", "advance");
        recurring("seats", "arrears");
        JsonNode plan = calls.post(
                "/v1/plans",
                "{'code':'pro','name':'Pro','prices':['seats','base'],'trial_days':14,'metadata':{'a':'b'}}");
        assertEquals(
                "{\"code\":\"pro\",\"name\":\"Pro\",\"prices\":[\"seats\",\"base\"],\"trial_days\":14,"
                        + "\"metadata\":{\"a\":\"b\"},\"status\":\"active\",\"created_at\":\"2026-01-01T00:00:00Z\","
                        + "\"archived_at\":null}",
                plan.toString());
        assertEquals(plan, calls.get("/v1/plans/pro"));
        assertEquals(plan, calls.get("/v1/plans").get("data").get(0));
        assertEquals(
                "plan_code_taken", code(HttpVerb.POST, "/v1/plans", "{'code':'pro','name':'x','prices':['base']}"));
        Calls.json(calls.call(HttpVerb.POST, "/v1/plans/pro/archive", null), 200);
        assertEquals("archived", calls.get("/v1/plans/pro").get("status").textValue());
        Calls.json(calls.call(HttpVerb.POST, "/v1/prices/seats/archive", null), 200);
        calls.post(
                "/v1/prices",
                "{'code':'yearly','product':'api','type':'recurring','interval':'year',"
                        + "'version':{'model':'flat','amount':'1'}}");
        assertEquals(
                List.of(
                        "/name missing_field",
                        "/prices mixed_intervals",
                        "/prices/0 invalid_field",
                        "/prices/2 invalid_field",
                        "/prices/4 archived_price",
                        "/prices/5 unknown_price",
                        "/trial_days out_of_range"),
                problems(
                        "/v1/plans",
                        "{'code':'x','prices':[5,'base','base','yearly','seats','none'],'trial_days':731}"));
        assertEquals(List.of("/prices invalid_field"), problems("/v1/plans", "{'code':'x','name':'x','prices':[]}"));
    }

    private void recurring(String code, String timing) {
        calls.post(
                "/v1/prices",
                price("'code':'" + code + "','type':'recurring','timing':'" + timing
                        + "','version':{'model':'flat','amount':'10'}"));
    }

    private static String price(String members) {
        return "{'product':'api','interval':'month'," + members + "}";
    }

    private List<String> problems(String path, String body) {
        return calls.fieldProblems(HttpVerb.POST, path, body);
    }

    private String code(HttpVerb verb, String path, String body) {
        return calls.problem(verb, path, body).code();
    }

    private List<String> audited() {
        return API.rows("SELECT action FROM billing.audit WHERE organization_id = '" + calls.organization()
                + "' ORDER BY entry");
    }
}
