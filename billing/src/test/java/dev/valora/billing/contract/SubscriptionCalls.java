package dev.valora.billing.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.BillingApi;
import dev.valora.ingest.Calls;
import dev.valora.ingest.HttpVerb;
import java.util.ArrayList;
import java.util.List;

/** A seller in Berlin with an offering and two customers, and calls about their subscriptions. */
final class SubscriptionCalls {

    /** In Berlin it is the eleventh already. */
    static final String NOW = "2026-01-10T23:30:00Z";

    private final Calls calls;

    /** A new organization; turns the clock to {@link #NOW}. */
    SubscriptionCalls(BillingApi api) {
        api.turnClockTo(NOW);
        calls = api.organization("Europe/Berlin", BillingApi::routes);
        api.defineMeter(calls, "calls");
        calls.post("/v1/products", "{'code':'api','name':'API'}");
        price("base", "'type':'recurring','interval':'month'");
        price("seats", "'type':'recurring','timing':'arrears','interval':'month'");
        price("calls", "'type':'usage','meter':'calls','interval':'month'");
        price("weekly", "'type':'recurring','interval':'week'");
        calls.post("/v1/plans", "{'code':'pro','name':'Pro','prices':['base','calls']}");
        calls.post("/v1/plans", "{'code':'trial','name':'Trial','prices':['calls','base'],'trial_days':14}");
        calls.post("/v1/customers", "{'key':'ann','name':'Ann'}");
        calls.post("/v1/customers", "{'key':'bob','name':'Bob'}");
    }

    Calls calls() {
        return calls;
    }

    private void price(String code, String members) {
        calls.post(
                "/v1/prices",
                "{'code':'" + code + "','product':'api'," + members
                        + ",'version':{'model':'per_unit','unit_amount':'1'}}");
    }

    JsonNode subscribe(String members) {
        return calls.post("/v1/subscriptions", "{" + members + "}");
    }

    String conflict(String members) {
        return calls.problem(HttpVerb.POST, "/v1/subscriptions", "{" + members + "}")
                .code();
    }

    JsonNode cancel(String id, String body) {
        return Calls.json(calls.call(HttpVerb.POST, path(id, "cancel"), body), 200);
    }

    static String path(String id, String what) {
        return "/v1/subscriptions/" + id + "/" + what;
    }

    static String id(JsonNode subscription) {
        return subscription.get("id").textValue();
    }

    List<String> ids(String query) {
        List<String> ids = new ArrayList<>();
        calls.get("/v1/subscriptions" + query).get("data").forEach(row -> ids.add(id(row)));
        return ids;
    }

    List<String> cycles(String id) {
        List<String> cycles = new ArrayList<>();
        calls.get(path(id, "cycles"))
                .get("data")
                .forEach(cycle -> cycles.add(cycle.get("number").asText() + " "
                        + cycle.get("state").textValue() + " "
                        + cycle.get("accepted_before").textValue()));
        return cycles;
    }

    List<String> transitions(String id) {
        List<String> transitions = new ArrayList<>();
        calls.get(path(id, "transitions"))
                .get("data")
                .forEach(row -> transitions.add(row.get("from").asText() + " "
                        + row.get("to").asText() + " " + row.get("reason").asText() + " "
                        + row.get("actor").asText() + " "
                        + row.get("effective_date").asText()));
        return transitions;
    }
}
