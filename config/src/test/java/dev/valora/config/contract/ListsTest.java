package dev.valora.config.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists: their pages join to the whole without a row lost or repeated, in the order of creation. */
@ExtendWith(ContractServer.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ListsTest {

    private final ContractServer server;
    private final Life life;

    ListsTest(ContractServer server) throws IOException, InterruptedException {
        this.server = server;
        this.life = Life.of(server);
        for (int i = 0; i < 3; i++) {
            life.owner().create("/v1/api_keys", "{'name':'n" + i + "','scopes':['admin']}");
            life.owner().create("/v1/products", "{'code':'p" + i + "','name':'n'}");
            life.owner().post("/v1/usage", "{'idempotency_key':'n" + i + "','customer':'c','meter':'no','value':1}");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/api_keys",
                "/v1/meters",
                "/v1/customers",
                "/v1/products",
                "/v1/prices",
                "/v1/plans",
                "/v1/subscriptions",
                "/v1/subscriptions/{id}/transitions",
                "/v1/subscriptions/{id}/cycles",
                "/v1/invoices",
                "/v1/usage/rejections",
                "/v1/organizations",
            })
    void shouldJoinItsPagesToTheWhole(String template) throws Exception {
        Caller caller = template.equals("/v1/organizations") ? server.operator() : life.owner();
        String path = template.replace("{id}", life.subscription());
        JsonNode whole = caller.get(path + "?limit=500").json().get("data");
        assertEquals(true, whole.size() >= 2, path + " has " + whole.size());
        assertEquals(whole.size(), new HashSet<>(rows(whole)).size());
        for (int limit : new int[] {1, whole.size() - 1, whole.size(), whole.size() + 1}) {
            assertEquals(rows(whole), walk(caller, path, limit), path + " by " + limit);
        }
        for (String parameter : List.of("limit=0", "limit=501", "limit=x", "limit=", "limit=-1")) {
            assertEquals(
                    "422 invalid_request ?limit:out_of_range",
                    caller.get(path + "?" + parameter).told());
        }
        assertEquals(
                "422 invalid_request ?limit:repeated",
                caller.get(path + "?limit=1&limit=2").told());
        assertEquals(
                "422 invalid_cursor ?cursor:invalid_cursor",
                caller.get(path + "?cursor=x").told());
        assertEquals(
                "422 invalid_request ?colour:unknown_parameter",
                caller.get(path + "?colour=red").told());
    }

    private static List<String> rows(JsonNode data) {
        List<String> rows = new ArrayList<>();
        data.forEach(row -> rows.add(row.toString()));
        return rows;
    }

    private static List<String> walk(Caller caller, String path, int limit) throws Exception {
        List<String> rows = new ArrayList<>();
        @Nullable String cursor = "";
        while (cursor != null) {
            JsonNode page = caller.get(path + "?limit=" + limit + cursor).json();
            rows.addAll(rows(page.get("data")));
            cursor = page.get("next_cursor").isNull()
                    ? null
                    : "&cursor=" + page.get("next_cursor").textValue();
        }
        return rows;
    }

    @Test
    void shouldHoldFiftyRowsUnlessAskedForMore() throws Exception {
        Caller caller = server.organization("");
        for (int i = 0; i < 51; i++) {
            caller.create("/v1/customers", "{'key':'k" + i + "','name':'n'}");
        }
        Answer first = caller.get("/v1/customers");
        assertEquals(50, first.json().get("data").size());
        caller.create("/v1/customers", "{'key':'later','name':'n'}");
        JsonNode rest =
                caller.get("/v1/customers?cursor=" + first.at("/next_cursor")).json();
        assertEquals(List.of("k50", "later"), rest.get("data").findValuesAsText("key"));
        assertEquals(true, rest.get("next_cursor").isNull());
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/customers?key=c0, 1",
        "/v1/customers?key=nobody, 0",
        "/v1/subscriptions?customer=c1, 1",
        "/v1/subscriptions?customer=nobody, 0",
        "/v1/subscriptions?status=trialing, 1",
        "/v1/subscriptions?status=canceled, 0",
        "/v1/invoices?customer=c0&status=paid, 0",
        "/v1/invoices?from=2000-01-01&to=2000-01-02, 0",
        "/v1/invoices?finalized_after=2000-01-01T00:00:00Z&limit=1, 1",
        "/v1/invoices?finalized_after=2199-01-01T00:00:00Z, 0",
    })
    void shouldFilter(String path, int rows) throws Exception {
        assertEquals(rows, life.owner().get(path).json().get("data").size());
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/subscriptions?status=ended, ?status:invalid_choice",
        "/v1/invoices?status=draft, ?status:invalid_choice",
        "/v1/invoices?from=2026-02-30, ?from:invalid_date",
        "/v1/invoices?from=2026-02-01&to=2026-01-01, ?to:out_of_range",
        "/v1/invoices?finalized_after=2026-01-01, ?finalized_after:invalid_timestamp",
        "/v1/invoices?subscription=x, ?subscription:invalid_id",
    })
    void shouldRefuseFiltersThatSayNothing(String path, String problem) throws Exception {
        assertEquals("422 invalid_request " + problem, life.owner().get(path).told());
    }

    @Test
    void shouldShowAPreviewAndAPageOfWhatWillBeAndWas() throws Exception {
        Answer draft = life.owner().get("/v1/subscriptions/" + life.subscription() + "/preview");
        assertEquals("draft", draft.at("/status"));
        for (String absent : List.of("/id", "/number", "/revision", "/finalized_at", "/lines/0/id")) {
            assertEquals(true, draft.json().at(absent).isNull(), absent);
        }
        String invoice = "/v1/invoices/" + life.invoice();
        for (String accept :
                List.of("text/html", "text/html,application/xhtml+xml,*/*;q=0.8", "application/json", "*/*")) {
            Answer shown = server.send(life.owner()
                    .request("GET", invoice, null)
                    .header("Accept", accept)
                    .build());
            assertEquals(accept.startsWith("text") ? "text/html" : "application/json", shown.mediaType(), accept);
        }
        assertEquals("text/html", life.owner().get(invoice + ".html").mediaType());
        assertEquals(
                200,
                life.owner().get(invoice + "/lines/" + life.line() + "/explain").status());
    }
}
