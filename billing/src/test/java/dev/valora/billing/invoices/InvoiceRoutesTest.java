package dev.valora.billing.invoices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.BillingApi;
import dev.valora.ingest.ApiRequest;
import dev.valora.ingest.Caller;
import dev.valora.ingest.Calls;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import dev.valora.ingest.QueryParameters;
import dev.valora.ingest.Reply;
import dev.valora.ingest.Route;
import dev.valora.ingest.Scope;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

final class InvoiceRoutesTest {

    @AutoClose
    private static final BillingApi API = new BillingApi("2026-01-01T00:00:00Z");

    private final FinalizedInvoices invoices = new FinalizedInvoices(API);
    private final Calls calls = invoices.calls();

    @Test
    void shouldShowAnInvoiceInTheOrderOfTheContract() {
        JsonNode subscription = invoices.subscribe("c-1");
        invoices.usage("c-1", "2026-01-05T10:00:00Z", "2026-01-05T10:00:00Z", "1000");
        invoices.usage("c-1", "2026-01-31T23:00:00Z", "2026-02-01T00:00:00Z", "500.5");
        invoices.usage("c-1", "2026-01-31T23:00:00Z", "2026-02-01T01:00:00Z", "7");
        UUID id = invoices.write(subscription, 1);
        JsonNode invoice = calls.get("/v1/invoices/" + id);
        assertEquals(
                "{'id':'" + id + "','number':'INV-000001','revision':1,'status':'finalized','customer':'c-1',"
                        + "'subscription':'" + subscription.get("id").textValue() + "','currency':'EUR',"
                        + "'period':{'start':'2026-01-01','end':'2026-02-01'},'issue_date':'2026-02-01',"
                        + "'due_date':'2026-02-15','subtotal':'114.01','total':'114.01','lines':["
                        + "{'id':'" + lineId(invoice, 0) + "','kind':'usage','description':'Calls','item':'"
                        + subscription.at("/items/1/id").textValue() + "','price':'calls','price_version':1,'cycle':1,"
                        + "'service_period':{'start':'2026-01-01','end':'2026-02-01'},'quantity':'1500.5',"
                        + "'amount':'65.01','details':["
                        + "{'tier':1,'quantity':'1000','unit_amount':'0.05','flat_amount':'0','amount':'50'},"
                        + "{'tier':2,'quantity':'500.5','unit_amount':'0.02','flat_amount':'5','amount':'15.01'}]},"
                        + "{'id':'" + lineId(invoice, 1) + "','kind':'recurring','description':'Base fee','item':'"
                        + subscription.at("/items/0/id").textValue() + "','price':'base','price_version':1,'cycle':2,"
                        + "'service_period':{'start':'2026-02-01','end':'2026-03-01'},'quantity':'1','amount':'49.00',"
                        + "'details':[{'tier':1,'quantity':'1','unit_amount':'49','flat_amount':'0','amount':'49'}]}],"
                        + "'cut':{'from':'2026-01-01T00:00:00Z','to':'2026-02-01T00:00:00Z',"
                        + "'accepted_before':'2026-02-01T01:00:00Z'},'content_hash':'" + hash(id)
                        + "','finalized_at':'2026-02-01T01:01:00Z','paid_at':null,'payment_reference':null,'voided_at':null,'void_reason':null,'cycle':1,"
                        + "'issuer':{'name':'Seller & Sons','address':'Street 1\\n10115 Berlin','tax_id':'DE123456789'},"
                        + "'bill_to':{'name':'Buyer c-1','email':null,'address':null}}",
                invoice.toString().replace('"', '\''));
        assertEquals(invoice, calls.get("/v1/invoices").get("data").get(0));
    }

    @Test
    void shouldListInTheOrderOfNumbersPageByPage() {
        JsonNode subscription = invoices.subscribe("c-1");
        for (int cycle = 1; cycle <= 5; cycle++) {
            invoices.write(subscription, cycle);
        }
        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = calls.get("/v1/invoices?limit=2" + cursor);
            seen.addAll(numbers(page));
            cursor = page.get("next_cursor").isNull()
                    ? ""
                    : "&cursor=" + page.get("next_cursor").textValue();
        } while (!cursor.isEmpty());
        assertEquals(List.of("INV-000001", "INV-000002", "INV-000003", "INV-000004", "INV-000005"), seen);
    }

    @Test
    void shouldShowOnlyWhatWasAskedFor() {
        JsonNode first = invoices.subscribe("c-1");
        JsonNode second = invoices.subscribe("c-2");
        UUID paid = invoices.write(first, 1);
        invoices.write(second, 1);
        invoices.write(first, 2);
        API.asSuperuser(
                "UPDATE billing.invoices SET status = 'paid', paid_at = finalized_at WHERE id = '" + paid + "'");
        Map<String, List<String>> expected = Map.of(
                "customer=c-1",
                List.of("INV-000001", "INV-000003"),
                "customer=nobody",
                List.of(),
                "subscription=" + second.get("id").textValue(),
                List.of("INV-000002"),
                "status=paid",
                List.of("INV-000001"),
                "status=finalized&customer=c-1",
                List.of("INV-000003"),
                "from=2026-02-01&to=2026-03-01",
                List.of("INV-000001", "INV-000002"),
                "from=2026-02-02",
                List.of("INV-000003"),
                "finalized_after=2026-02-01T01:00:59Z",
                List.of("INV-000001", "INV-000002", "INV-000003"),
                "finalized_after=2026-02-01T01:01:00Z",
                List.of("INV-000003"),
                "customer=c-1&subscription=" + first.get("id").textValue()
                        + "&status=paid&from=2026-02-01&to=2026-02-02&finalized_after=2026-01-01T00:00:00Z&limit=1",
                List.of("INV-000001"));
        expected.forEach((query, numbers) -> assertEquals(numbers, numbers(calls.get("/v1/invoices?" + query)), query));
    }

    @Test
    void shouldTellEveryProblemOfAQueryAtOnce() {
        Problem problem = calls.problem(
                HttpVerb.GET,
                "/v1/invoices?limit=0&subscription=x&status=draft&from=2026-02-30&to=26-1-1&finalized_after=now&colour=1",
                null);
        assertEquals(
                List.of(
                        "?colour unknown_parameter",
                        "?finalized_after invalid_timestamp",
                        "?from invalid_date",
                        "?limit out_of_range",
                        "?status invalid_choice",
                        "?subscription invalid_id",
                        "?to invalid_date"),
                problem.errors().stream()
                        .map(error -> error.pointer() + " " + error.code())
                        .sorted()
                        .toList());
        assertEquals(
                List.of("?customer invalid_field", "?finalized_after out_of_range", "?to out_of_range"),
                calls.fieldProblems(
                        HttpVerb.GET,
                        "/v1/invoices?from=2026-02-01&to=2026-02-01&customer=\0"
                                + "&finalized_after=0000-01-01T00:00:00Z",
                        "{}"));
    }

    @Test
    void shouldSayTheSameOfWhatIsMissingAndOfWhatIsAnothers() {
        String own = invoices.write(invoices.subscribe("c-1"), 1).toString();
        Calls other = API.organization("UTC", BillingApi::routes);
        assertEquals(List.of(), numbers(other.get("/v1/invoices")));
        for (String id :
                List.of(own, own + ".html", own + ".pdf", UUID.randomUUID().toString(), "x")) {
            assertEquals(
                    ProblemKind.NOT_FOUND,
                    other.problem(HttpVerb.GET, "/v1/invoices/" + id, null).kind());
            for (String action : List.of("verify", "mark_paid", "void")) {
                assertEquals(
                        ProblemKind.NOT_FOUND,
                        other.problem(
                                        HttpVerb.POST,
                                        "/v1/invoices/" + id + "/" + action,
                                        action.equals("void") ? "{'reason':'r'}" : null)
                                .kind());
            }
        }
        assertEquals(own, calls.get("/v1/invoices/" + own).get("id").textValue());
    }

    @Test
    void shouldRefuseWhatThisVersionDoesNotDo() {
        UUID id = invoices.write(invoices.subscribe("c-1"), 1);
        JsonNode before = calls.get("/v1/invoices/" + id);
        assertEquals(
                "not_supported_yet",
                calls.problem(HttpVerb.GET, "/v1/invoices/" + id + ".pdf", null).code());
        assertEquals(
                "not_supported_yet",
                assertThrows(ProblemException.class, () -> get(id.toString(), "application/pdf"))
                        .problem()
                        .code());
        assertEquals(before, calls.get("/v1/invoices/" + id));
    }

    @Test
    void shouldBeAPageForWhoReadsHtml() {
        UUID id = invoices.write(invoices.subscribe("c-1"), 1);
        Reply page = get(id.toString(), "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
        assertEquals("text/html; charset=utf-8", page.contentType());
        assertTrue(page.headers().getOrDefault("Content-Security-Policy", "").startsWith("default-src 'none'; "));
        assertEquals("Accept", page.headers().get("Vary"));
        String html = page.body().toString();
        assertTrue(html.contains("INV-000001"), html);
        assertTrue(html.contains("Seller &amp; Sons"), html);
        assertEquals(html, get(id + ".html", "application/json").body().toString());
        assertEquals("application/json", get(id.toString(), "*/*").contentType());
    }

    private Reply get(String id, String accept) {
        Route route = calls.routes().stream()
                .filter(one -> one.template().equals("/v1/invoices/{id}"))
                .findFirst()
                .orElseThrow();
        return route.handler()
                .handle(new ApiRequest(
                        "req_1",
                        new Caller(calls.organization(), EnumSet.allOf(Scope.class), "key:test"),
                        "/v1/invoices/" + id,
                        Map.of("id", id),
                        new QueryParameters(Map.of()),
                        Map.of("accept", accept),
                        null));
    }

    private static List<String> numbers(JsonNode page) {
        return page.get("data").findValuesAsText("number");
    }

    private static String lineId(JsonNode invoice, int index) {
        return invoice.at("/lines/" + index + "/id").textValue();
    }

    private static String hash(UUID id) {
        return API.rows("SELECT content_hash FROM billing.invoices WHERE id = '" + id + "'")
                .getFirst();
    }
}
