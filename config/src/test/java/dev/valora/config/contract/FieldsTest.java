package dev.valora.config.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.ingest.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What bodies may say: defaults, each limit and one above it, wrong types, what belongs together. A # is a number used once. */
@ExtendWith(ContractServer.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FieldsTest {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final ContractServer server;
    private final Caller caller;

    FieldsTest(ContractServer server) throws IOException, InterruptedException {
        this.server = server;
        this.caller = server.organization("");
    }

    @BeforeAll
    void sell() throws IOException, InterruptedException {
        caller.selling();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        /v1/organizations | 'name':'n','currency':'USD','timezone':'Europe/Berlin' | 'usage_grace_hours':1,'late_usage':'bill_next','net_terms_days':0,'issuer':null,'invoice_prefix':'INV-','currency':'USD','timezone':'Europe/Berlin'
        /v1/organizations | 'name':'<n*255>','currency':'KWD','timezone':'Asia/Kathmandu','usage_grace_hours':0,'late_usage':'record_only','net_terms_days':365,'invoice_prefix':'A-' | 'usage_grace_hours':0,'late_usage':'record_only','net_terms_days':365,'invoice_prefix':'A-','window_minutes':15
        /v1/organizations | 'name':'n','currency':'JPY','timezone':'Asia/Tokyo','issuer':{'name':'I'} | 'issuer':{'name':'I','address':null,'tax_id':null}
        /v1/api_keys | 'name':'n','scopes':['usage:write'] | 'scopes':['usage:write'],'expires_at':null,'revoked_at':null
        /v1/api_keys | 'name':'n','scopes':['admin'],'expires_at':'2150-01-01T02:00:00+02:00' | 'expires_at':'2150-01-01T00:00:00Z'
        /v1/meters | 'code':'m#','aggregation':'count' | 'name':null,'event_type':'m#','value_property':null,'dimensions':[],'unit':null,'status':'active'
        /v1/meters | 'code':'<a*59>z#','aggregation':'sum','dimensions':null,'name':null | 'dimensions':[],'name':null
        /v1/meters | 'code':'m#','aggregation':'max','name':'N','event_type':'<t*255>','value_property':'v','dimensions':['a','b'],'unit':'GB' | 'name':'N','value_property':'v','dimensions':['a','b'],'unit':'GB'
        /v1/customers | 'key':'k#','name':'n' | 'email':null,'address':null,'metadata':{}
        /v1/customers | 'key':'<k*250>#','name':'<n*255>','email':'a@b.c','address':'x','metadata':{'a':'','b':'<v*500>'} | 'email':'a@b.c'
        /v1/customers | 'key':'ü #','name':'n','metadata':null | 'metadata':{}
        /v1/products | 'code':'p#','name':'n' | 'description':null,'metadata':{},'status':'active','archived_at':null
        /v1/prices | 'code':'p#','product':'api','type':'recurring','interval':'month','version':{'model':'flat','amount':'10'} | 'interval_count':1,'timing':'advance','meter':null,'filter':null,'versions':[{'version':1,'effective_from':null,'model':'flat','amount':'10'}]
        /v1/prices | 'code':'p#','product':'api','type':'recurring','interval':'week','interval_count':2,'timing':'arrears','version':{'model':'flat','amount':1.50} | 'interval':'week','interval_count':2,'timing':'arrears','versions':[{'version':1,'effective_from':null,'model':'flat','amount':'1.5'}]
        /v1/prices | 'code':'p#','product':'api','type':'usage','meter':'calls','filter':{'region':'eu'},'interval':'year','version':{'model':'per_unit','unit_amount':'0.0000025'} | 'timing':'arrears','filter':{'region':'eu'},'versions':[{'version':1,'effective_from':null,'model':'per_unit','unit_amount':'0.0000025','free_units':'0'}]
        /v1/prices | 'code':'p#','product':'api','type':'usage','meter':'calls','interval':'day','version':{'effective_from':'2026-02-01','model':'package','package_size':'0.5','package_amount':'<9*18>','free_units':10.5} | 'versions':[{'version':1,'effective_from':'2026-02-01','model':'package','package_size':'0.5','package_amount':'999999999999999999','free_units':'10.5'}]
        /v1/prices | 'code':'p#','product':'api','type':'usage','meter':'calls','interval':'quarter','version':{'model':'graduated','tiers':[{'up_to':'1000.5','unit_amount':'0.10'},{'up_to':null,'flat_amount':5}],'minimum_amount':'1','maximum_amount':'1'} | 'versions':[{'version':1,'effective_from':null,'model':'graduated','tiers':[{'up_to':'1000.5','unit_amount':'0.1','flat_amount':'0'},{'up_to':null,'unit_amount':'0','flat_amount':'5'}],'minimum_amount':'1','maximum_amount':'1'}]
        /v1/plans | 'code':'p#','name':'n','prices':['base','use'] | 'trial_days':0,'metadata':{},'prices':['base','use']
        /v1/subscriptions | 'customer':'c1','plan':'try' | 'status':'trialing','plan':'try','anchor_day':null,'cancel_at':null,'canceled_at':null,'metadata':{}
        /v1/subscriptions | 'customer':'c1','plan':'try','trial_days':0,'anchor_day':31 | 'status':'active','trial_end':null,'anchor_day':31
        /v1/subscriptions | 'customer':'c1','items':[{'price':'seats','quantity':2.5},{'price':'base'}] | 'status':'active','plan':null
        """)
    void shouldTake(String path, String members, String expected) throws Exception {
        String number = Integer.toString(1_000 + NUMBER.incrementAndGet());
        Caller asked = path.equals("/v1/organizations") ? server.operator() : caller;
        Answer created = asked.create(path, "{" + members.replace("#", number) + "}");
        JsonNode wanted = Json.read(
                ("{" + expected.replace("#", number) + "}").replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        for (var member : wanted.properties()) {
            assertEquals(member.getValue(), created.json().get(member.getKey()), created.text());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        /v1/organizations | | /name:missing_field /currency:missing_field /timezone:missing_field
        /v1/organizations | 'name':'<n*256>','currency':'XXX','timezone':'+02:00' | /name:too_long /currency:invalid_currency /timezone:invalid_timezone
        /v1/organizations | 'name':5,'currency':'usd','timezone':'Mars/Base','usage_grace_hours':-1,'late_usage':'x','net_terms_days':'1','issuer':{},'invoice_prefix':'' | /name:invalid_field /currency:invalid_currency /timezone:invalid_timezone /usage_grace_hours:out_of_range /late_usage:invalid_choice /net_terms_days:out_of_range /issuer/name:missing_field /invoice_prefix:invalid_field
        /v1/organizations | 'name':'n','currency':'USD','timezone':'UTC','colour':1,'issuer':{'name':'n','colour':1} | /colour:unknown_field /issuer/colour:unknown_field
        /v1/api_keys | | /name:missing_field /scopes:missing_field
        /v1/api_keys | 'name':'n','scopes':[] | /scopes:invalid_field
        /v1/api_keys | 'name':'n','scopes':['admin','all'],'expires_at':'2020-01-01T00:00:00Z' | /expires_at:invalid_timestamp /scopes/1:invalid_choice
        /v1/api_keys | 'name':'n','scopes':['admin'],'expires_at':'2150-01-01' | /expires_at:invalid_timestamp
        /v1/meters | | /code:missing_field /aggregation:missing_field
        /v1/meters | 'code':'<a*65>','aggregation':'avg' | /code:too_long /aggregation:invalid_choice
        /v1/meters | 'code':'Upper','aggregation':'SUM','event_type':'<t*256>','dimensions':'region' | /code:invalid_code /aggregation:invalid_choice /event_type:too_long /dimensions:invalid_field
        /v1/meters | 'code':'-a','aggregation':'sum','time_unit':'hour' | /code:invalid_code /time_unit:invalid_field
        /v1/meters | 'code':'a b','aggregation':'sum','dimensions':['x','x'] | /code:invalid_code /dimensions:invalid_field
        /v1/customers | 'key':'<k*256>','name':'','email':'nobody' | /key:too_long /name:invalid_field /email:invalid_email
        /v1/customers | 'key':1,'name':null | /key:invalid_field /name:missing_field
        /v1/customers | 'key':'k','name':'n','metadata':{'a':1} | /metadata/a:invalid_field
        /v1/customers | 'key':'k','name':'n','metadata':{'a/b':null} | /metadata/a~1b:invalid_field
        /v1/customers | 'key':'k','name':'n','metadata':{'a':'<v*501>'} | /metadata/a:too_long
        /v1/customers | 'key':'k','name':'n','metadata':['a'] | /metadata:invalid_field
        /v1/products | 'code':'','name':'n','description':5 | /code:invalid_field /description:invalid_field
        /v1/prices | 'code':'x','product':'nothing','interval':'hour','type':'once','version':{} | /product:unknown_product /type:invalid_choice /interval:invalid_choice /version/model:missing_field
        /v1/prices | 'code':'x','product':'api','type':'recurring','interval':'month','interval_count':0,'meter':'calls','version':{'model':'flat','amount':'-1'} | /interval_count:out_of_range /meter:invalid_field /version/amount:out_of_range
        /v1/prices | 'code':'x','product':'api','type':'usage','meter':'gone','timing':'advance','interval':'month','version':{'model':'flat','amount':'1','unit_amount':'1'} | /meter:archived_meter /timing:invalid_field /version/unit_amount:invalid_field
        /v1/prices | 'code':'x','product':'api','type':'usage','meter':'calls','filter':{'colour':'red'},'interval':'month','version':{'model':'flat','amount':'1'} | /filter/colour:unknown_dimension
        /v1/prices | 'code':'x','product':'api','type':'recurring','interval':'month','version':{'model':'flat','amount':'1','effective_from':'2026-02-29'} | /version/effective_from:invalid_date
        /v1/prices | 'code':'x','product':'api','type':'recurring','interval':'month','version':{'model':'volume','tiers':[{'up_to':'5','unit_amount':'1'},{'up_to':'5','unit_amount':'1'},{'up_to':null}]} | /version/tiers/2/unit_amount:missing_field /version/tiers/1/up_to:tiers_not_ascending
        /v1/prices | 'code':'x','product':'api','type':'recurring','interval':'month','version':{'model':'volume','tiers':[{'up_to':'5','unit_amount':'1'}]} | /version/tiers/0/up_to:last_tier_not_open
        /v1/prices | 'code':'x','product':'api','type':'recurring','interval':'month','version':{'model':'package','package_size':'0','minimum_amount':'2','maximum_amount':'1'} | /version/package_size:out_of_range /version/package_amount:missing_field /version/minimum_amount:out_of_range
        /v1/prices/base/versions | 'model':'per_unit' | /effective_from:missing_field /unit_amount:missing_field
        /v1/plans | 'code':'x','name':'n','prices':[] | /prices:invalid_field
        /v1/plans | 'code':'x','name':'n','prices':['base','yearly'],'trial_days':731 | /trial_days:out_of_range /prices:mixed_intervals
        /v1/plans | 'code':'x','name':'n','prices':['base','base','nothing'] | /prices/1:invalid_field /prices/2:unknown_price
        /v1/subscriptions | | /customer:missing_field /items:plan_or_items
        /v1/subscriptions | 'customer':'nobody','plan':'pro','items':[{'price':'base'}] | /items:plan_or_items /customer:unknown_customer
        /v1/subscriptions | 'customer':'c1','items':[{'price':'base'},{'price':'yearly'}] | /items:mixed_intervals
        /v1/subscriptions | 'customer':'c1','items':[{'price':'weekly'}],'anchor_day':5 | /anchor_day:anchor_day_needs_months
        /v1/subscriptions | 'customer':'c1','items':[{'price':'seats','quantity':'-1'},{'price':'use','quantity':2}] | /items/0/quantity:out_of_range /items/1/quantity:invalid_field
        /v1/subscriptions | 'customer':'c1','plan':'try','trial_days':731,'anchor_day':32,'start_date':'2026-1-1','metadata':{'a':true} | /start_date:invalid_date /trial_days:out_of_range /anchor_day:out_of_range /metadata/a:invalid_field
        /v1/usage/voids | 'idempotency_key':5,'reason':'<r*501>' | /idempotency_key:invalid_field /reason:too_long
        """)
    void shouldRefuse(String path, @Nullable String members, String problems) throws Exception {
        Caller asked = path.equals("/v1/organizations") ? server.operator() : caller;
        Answer refused = asked.post(path, "{" + (members == null ? "" : members) + "}");
        assertEquals(words("422 invalid_request " + problems), words(refused.told()), refused.text());
    }

    /** In which order problems are told is nobody's business. */
    private static Set<String> words(String told) {
        return new TreeSet<>(List.of(told.split(" ", -1)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        0 | 422 invalid_decimal
        abc | 422 invalid_decimal
        `` | 422 invalid_decimal
        .5 | 422 invalid_decimal
        5. | 422 invalid_decimal
        +5 | 422 invalid_decimal
        05 | 422 invalid_decimal
        1,5 | 422 invalid_decimal
        NaN | 422 invalid_decimal
        0x10 | 422 invalid_decimal
        1e1000000 | 422 invalid_decimal
        <9*19> | 422 invalid_decimal
        0.<1*13> | 422 invalid_decimal
        -1 | 422 out_of_range
        <9*18> | 201
        0.<1*12> | 201
        0.<0*11>1000 | 201
        1e2 | 201
        """)
    void shouldReadDecimalsAsTheyAreWritten(String decimal, String expected) throws Exception {
        String amount = decimal.equals("0") ? "true" : "'" + decimal + "'";
        Answer answer = caller.post(
                "/v1/prices",
                "{'code':'d" + NUMBER.incrementAndGet()
                        + "','product':'api','type':'recurring','interval':'month','version':{'model':'flat','amount':"
                        + amount + "}}");
        assertEquals(
                expected.equals("201") ? "201" : "422 invalid_request /version/amount:" + expected.substring(4),
                answer.told());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        POST | /v1/meters | {'code':'calls','aggregation':'sum'} | 409 meter_code_taken
        POST | /v1/meters | {'code':'gone','aggregation':'max'} | 409 meter_code_taken
        POST | /v1/customers | {'key':'c0','name':'n'} | 409 customer_key_taken
        POST | /v1/products | {'code':'api','name':'n'} | 409 product_code_taken
        POST | /v1/plans | {'code':'pro','name':'n','prices':['base']} | 409 plan_code_taken
        POST | /v1/subscriptions | {'customer':'c0','items':[{'price':'use'},{'price':'use'}]} | 409 usage_price_in_use
        PATCH | /v1/customers/key:c0 | {'key':'other'} | 422 invalid_request /key:immutable_field
        PATCH | /v1/organization | {'currency':'EUR','timezone':'Europe/Paris'} | 422 invalid_request /currency:immutable_field /timezone:immutable_field
        PATCH | /v1/organization | {'id':'x'} | 422 invalid_request /id:unknown_field
        PATCH | /v1/meters/calls | {'aggregation':'max'} | 422 invalid_request /aggregation:unknown_field
        PATCH | /v1/products/api | [] | 400 object_required
        PATCH | /v1/products/api | null | 400 object_required
        PATCH | /v1/products/api | `` | 400 body_required
        POST | /v1/products | {'code':'a','code':'b'} | 400 malformed_json
        POST | /v1/products | {'code':'a', | 400 malformed_json
        POST | /v1/products | {'code':'a'} {} | 400 malformed_json
        PUT | /v1/products | {} | 405 method_not_allowed
        POST | /v1/nothing | {} | 404 not_found
        """)
    void shouldAnswer(String method, String path, String body, String expected) throws Exception {
        assertEquals(expected, caller.call(method, path, body).told());
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain, 415",
        "application/x-ndjson, 415",
        "application/merge-patch+json, 415",
        "application/json; charset=utf-8, 201",
        "Application/JSON, 201",
    })
    void shouldTakeJsonAlone(String mediaType, int status) throws Exception {
        String body = "{'code':'media" + NUMBER.incrementAndGet() + "','name':'n'}";
        Answer answer = server.send(caller.request("POST", "/v1/products", body)
                .setHeader("Content-Type", mediaType)
                .build());
        assertEquals(status, answer.status(), answer.text());
    }
}
