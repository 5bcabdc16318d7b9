package dev.valora.ingest.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.ingest.Calls;
import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.Json;
import dev.valora.ingest.Organization;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemKind;
import dev.valora.ingest.TestDatabase;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OrganizationRoutesTest {

    private static final TestDatabase TEST = TestDatabase.create("access");
    private static final OrganizationStore STORE = new OrganizationStore(TEST.database());
    private static final OrganizationRoutes ROUTES = new OrganizationRoutes(STORE, () -> 1_767_225_600_000_001L);
    private static final Calls OPERATOR = Calls.asOperator(ROUTES.routes());

    @AfterAll
    static void closeDatabase() {
        TEST.close();
    }

    @Test
    void shouldCreateAnOrganizationWithDefaultsAndShowItsFirstSecret() {
        JsonNode created =
                OPERATOR.post("/v1/organizations", "{'name':'Acme','currency':'EUR','timezone':'Europe/Berlin'}");

        JsonNode key = ((ObjectNode) created).remove("api_key");
        assertEquals(
                Json.object()
                        .put("id", created.get("id").textValue())
                        .put("name", "Acme")
                        .put("currency", "EUR")
                        .put("timezone", "Europe/Berlin")
                        .put("window_minutes", 60)
                        .put("usage_grace_hours", 1)
                        .put("late_usage", "bill_next")
                        .put("zero_invoices", "issue")
                        .put("net_terms_days", 0)
                        .<ObjectNode>set("issuer", Json.object().nullNode())
                        .put("invoice_prefix", "INV-")
                        .put("created_at", "2026-01-01T00:00:00.000001Z")
                        .toString(),
                created.toString());
        assertTrue(KeySecret.isWellFormed(key.get("secret").textValue()));
        assertTrue(key.get("secret").textValue().startsWith(key.get("prefix").textValue()));
        assertEquals(
                "[\"usage:write\",\"usage:read\",\"billing:read\",\"billing:write\",\"admin\"]",
                key.get("scopes").toString());
        assertEquals(
                created, OPERATOR.get("/v1/organizations/" + created.get("id").textValue()));
        assertEquals(created, own(created).get("/v1/organization"));
    }

    @Test
    void shouldTellEveryFieldProblemAtOnce() {
        assertEquals(
                List.of(
                        "/colour unknown_field",
                        "/currency invalid_currency",
                        "/invoice_prefix invalid_field",
                        "/issuer/city unknown_field",
                        "/issuer/name missing_field",
                        "/late_usage invalid_choice",
                        "/name missing_field",
                        "/net_terms_days out_of_range",
                        "/timezone invalid_timezone",
                        "/usage_grace_hours out_of_range",
                        "/zero_invoices invalid_choice"),
                OPERATOR.fieldProblems(
                        HttpVerb.POST,
                        "/v1/organizations",
                        "{'currency':'XAU','timezone':'CEST','usage_grace_hours':721,'net_terms_days':-1,"
                                + "'late_usage':'drop','zero_invoices':'hide','issuer':{'city':'x'},'invoice_prefix':'a b','colour':'red'}"));
    }

    @ParameterizedTest
    @CsvSource({
        "EUR, true",
        "JPY, true",
        "KWD, true",
        "XXX, false",
        "XTS, false",
        "eur, false",
        "EURO, false",
        "ZZZ, false"
    })
    void shouldTakeCurrenciesWithMinorUnits(String currency, boolean taken) {
        String body = "{'name':'x','currency':'" + currency + "','timezone':'UTC'}";
        if (taken) {
            assertEquals(
                    currency,
                    OPERATOR.post("/v1/organizations", body).get("currency").textValue());
        } else {
            assertEquals(
                    List.of("/currency invalid_currency"),
                    OPERATOR.fieldProblems(HttpVerb.POST, "/v1/organizations", body));
        }
    }

    @Test
    void shouldChangePoliciesButNeverCurrencyAndZone() {
        JsonNode created = OPERATOR.post(
                "/v1/organizations",
                "{'name':'Before','currency':'USD','timezone':'Asia/Kolkata','issuer':{'name':'I','address':'A'}}");
        Calls own = own(created);

        JsonNode changed = own.patch(
                "/v1/organization",
                "{'name':'After','usage_grace_hours':0,'late_usage':'record_only','zero_invoices':'skip',"
                        + "'net_terms_days':30,'currency':'USD',"
                        + "'issuer':{'name':'J','tax_id':'T'},'invoice_prefix':'R/'}");
        assertEquals("After", changed.get("name").textValue());
        assertEquals(15, changed.get("window_minutes").intValue());
        assertEquals("skip", changed.get("zero_invoices").textValue());
        assertEquals(
                "{\"name\":\"J\",\"address\":null,\"tax_id\":\"T\"}",
                changed.get("issuer").toString());
        assertEquals(changed, own.get("/v1/organization"));

        assertTrue(
                own.patch("/v1/organization", "{'issuer':null}").get("issuer").isNull());
        assertEquals("After", own.patch("/v1/organization", "{}").get("name").textValue());
        assertEquals(
                List.of("/currency immutable_field", "/timezone immutable_field"),
                own.fieldProblems(
                        HttpVerb.PATCH, "/v1/organization", "{'name':'No','currency':'EUR','timezone':'UTC'}"));
        assertEquals("After", own.get("/v1/organization").get("name").textValue());
    }

    @Test
    void shouldSayThatThereIsNoSuchOrganization() {
        for (String id : List.of(UUID.randomUUID().toString(), "1", "null")) {
            Problem problem = OPERATOR.problem(HttpVerb.GET, "/v1/organizations/" + id, null);
            assertEquals(ProblemKind.NOT_FOUND, problem.kind());
        }
    }

    @Test
    void shouldListEveryOrganizationOnceWhileOthersAreCreated() {
        List<String> before = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            before.add(create("listed " + i));
        }
        List<String> seen = new ArrayList<>();
        String query = "?limit=2";
        while (true) {
            JsonNode page = OPERATOR.get("/v1/organizations" + query);
            page.get("data").forEach(row -> seen.add(row.get("id").textValue()));
            assertTrue(page.get("data").size() <= 2);
            assertFalse(page.get("data").get(0).has("api_key"));
            if (page.get("next_cursor").isNull()) {
                break;
            }
            if (seen.size() < 8) {
                create("created while listing");
            }
            query = "?limit=2&cursor=" + page.get("next_cursor").textValue();
        }
        assertEquals(seen.size(), new HashSet<>(seen).size());
        assertEquals(before, seen.stream().filter(before::contains).toList());
    }

    @ParameterizedTest
    @CsvSource({
        "limit=0, invalid_request",
        "limit=501, invalid_request",
        "cursor=x, invalid_cursor",
        "cursor=cm93Oi0x, invalid_cursor",
        "page=2, invalid_request"
    })
    void shouldRefuseListsThatCannotBe(String query, String code) {
        Problem problem = OPERATOR.problem(HttpVerb.GET, "/v1/organizations?" + query, null);
        assertEquals(ProblemKind.INVALID, problem.kind());
        assertEquals(code, problem.code());
        assertEquals(1, problem.errors().size());
    }

    @Test
    void shouldWriteNeitherOrganizationNorKeyWhenTheKeyIsRefused() {
        JsonNode created = OPERATOR.post("/v1/organizations", "{'name':'x','currency':'EUR','timezone':'UTC'}");
        Organization taken = STORE.organization(id(created));
        Organization other = new Organization(
                new OrganizationId(UUID.randomUUID()),
                taken.name(),
                taken.currency(),
                taken.zone(),
                60,
                1,
                taken.lateUsage(),
                taken.zeroInvoices(),
                0,
                null,
                "INV-",
                taken.createdAt());
        KeySecret secret = KeySecret.random();
        ApiKey refused = new ApiKey(other.id(), UUID.randomUUID(), "x", "x", Set.of(), taken.createdAt(), null, null);

        assertThrows(DatabaseException.class, () -> STORE.create(other, refused, secret));

        assertTrue(STORE.findForOperator(other.id()).isEmpty());
    }

    private static String create(String name) {
        return OPERATOR.post("/v1/organizations", "{'name':'" + name + "','currency':'EUR','timezone':'UTC'}")
                .get("id")
                .textValue();
    }

    private static OrganizationId id(JsonNode created) {
        return OrganizationId.parse(created.get("id").textValue()).orElseThrow();
    }

    private static Calls own(JsonNode created) {
        return new Calls(ROUTES.routes(), id(created));
    }
}
