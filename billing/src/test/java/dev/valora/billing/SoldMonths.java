package dev.valora.billing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.schedule.BillingRun;
import dev.valora.ingest.Calls;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemKind;
import java.util.ArrayList;
import java.util.List;

/**
 * A seller in UTC whose months a test turns: one customer, {@code ann}; a base fee of 31 in advance, seats at 10 in advance, calls
 * at 1 each, and whatever else a test sells.
 */
public final class SoldMonths {

    private final BillingApi api;
    private final Calls calls;
    private final BillingRun run;

    /** A new organization on this database; the clock shows the start of 2026. */
    public SoldMonths(BillingApi api) {
        this.api = api;
        api.turnClockTo("2026-01-01T00:00:00Z");
        api.applied().turnTo("2100-01-01T00:00:00Z");
        this.calls = api.organization("UTC", BillingApi::routes);
        this.run = api.run(api.database(), 500);
        api.defineMeter(calls, "calls", "region");
        calls.post("/v1/products", "{'code':'api','name':'API'}");
        price("base", "'type':'recurring'", "'model':'flat','amount':'31'");
        price("seats", "'type':'recurring'", "'model':'per_unit','unit_amount':'10'");
        price("calls", "'type':'usage','meter':'calls'", "'model':'per_unit','unit_amount':'1'");
        calls.post("/v1/plans", "{'code':'pro','name':'Pro','prices':['base','calls']}");
        calls.post("/v1/customers", "{'key':'ann','name':'Ann'}");
    }

    public Calls calls() {
        return calls;
    }

    /** A price by the month. */
    public void price(String code, String members, String version) {
        calls.post(
                "/v1/prices",
                "{'code':'" + code + "','name':'" + code + "','product':'api','interval':'month'," + members
                        + ",'version':{" + version + "}}");
    }

    /** The price {@code yearly}: 365 a year. */
    public void yearly() {
        calls.post(
                "/v1/prices",
                "{'code':'yearly','name':'yearly','product':'api','type':'recurring','interval':'year',"
                        + "'version':{'model':'flat','amount':'365'}}");
    }

    /** Subscribes ann; the id. */
    public String subscribe(String members) {
        return calls.post("/v1/subscriptions", "{'customer':'ann'," + members + "}")
                .get("id")
                .textValue();
    }

    /** An action on a subscription or an invoice, such as {@code subscriptions/<id>/cancel}. */
    public JsonNode act(String path, String body) {
        return Calls.json(calls.call(HttpVerb.POST, "/v1/" + path, body), 200);
    }

    /** Changes what ann has bought; the subscription as it is then. */
    public JsonNode change(String subscription, String members) {
        return act("subscriptions/" + subscription + "/change", "{" + members + "}");
    }

    /** Cancels what ann has bought; the subscription as it is then. */
    public JsonNode cancel(String subscription, String body) {
        return act("subscriptions/" + subscription + "/cancel", body);
    }

    /** Voids an invoice, counted from 0 in the order of the numbers. */
    public JsonNode voidInvoice(int index, boolean reissue) {
        return act(voidOf(index), "{'reason':'wrong','reissue':" + reissue + "}");
    }

    /** The action that voids this invoice. */
    public String voidOf(int index) {
        return "invoices/" + invoices().get(index).get("id").textValue() + "/void";
    }

    /** The code of the conflict that an action ends in. */
    public String conflict(String path, String body) {
        Problem refused = calls.problem(HttpVerb.POST, "/v1/" + path, body);
        assertEquals(ProblemKind.CONFLICT, refused.kind());
        return refused.code();
    }

    /** What becomes of late usage from the next cycle on that opens. */
    public void lateUsage(String policy) {
        api.asSuperuser("UPDATE access.organizations SET late_usage = '" + policy + "' WHERE organization_id = '"
                + BillingApi.organization(calls) + "'");
    }

    /** Usage of ann in the window that starts then, accepted in time. */
    public void usage(String windowStart, String value) {
        usage(windowStart, windowStart, value);
    }

    /** The same as the fold writes it when it is accepted in that hour. */
    public void usage(String windowStart, String acceptedHour, String value) {
        usageOf("calls", windowStart, acceptedHour, value);
    }

    /** The same of another meter. */
    public void usageOf(String meter, String windowStart, String acceptedHour, String value) {
        new UsageRow(BillingApi.organization(calls), meter, "ann", windowStart, acceptedHour).insert(api, value);
    }

    /** Turns the clock and does what is due; returns the names of what is not done. */
    public List<String> turn(String instant) {
        api.turnClockTo(instant);
        List<String> mine =
                rows("SELECT 'subscription:' || id FROM billing.subscriptions WHERE organization_id = '%s'");
        return run.doAllDue().stream()
                .filter(unfinished -> mine.contains(unfinished.what()))
                .map(BillingRun.Unfinished::error)
                .toList();
    }

    /** Expects these lines and no others, and that every invoice computes to the same. */
    public void expect(String... lines) {
        assertEquals(List.of(lines), lines());
        assertEquals(List.of(), differences());
    }

    /** Every line of every invoice that is not void: issue date, kind, description, service period, quantity, amount. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (JsonNode invoice : invoices()) {
            if (!invoice.get("status").textValue().equals("void")) {
                invoice.get("lines")
                        .forEach(line -> lines.add(invoice.get("issue_date").textValue() + " " + line(line)));
            }
        }
        return lines;
    }

    /** The lines of one document. */
    public static List<String> lines(JsonNode invoice) {
        List<String> lines = new ArrayList<>();
        invoice.get("lines").forEach(line -> lines.add(line(line)));
        return lines;
    }

    private static String line(JsonNode line) {
        return line.get("kind").textValue() + " " + line.get("description").textValue() + " "
                + line.at("/service_period/start").textValue() + "/"
                + line.at("/service_period/end").textValue() + " "
                + line.get("quantity").asText() + " " + line.get("amount").textValue();
    }

    /** The stored invoices in the order of their numbers. */
    public List<JsonNode> invoices() {
        List<JsonNode> invoices = new ArrayList<>();
        calls.get("/v1/invoices?limit=500").get("data").forEach(invoices::add);
        return invoices;
    }

    /** Number, revision, cycle, status and total of each. */
    public List<String> totals() {
        return invoices().stream()
                .map(invoice -> invoice.get("number").textValue() + " " + invoice.get("revision") + " "
                        + invoice.get("cycle") + " " + invoice.get("status").textValue() + " "
                        + invoice.get("total").textValue())
                .toList();
    }

    /** Where verifying finds a difference in any invoice; nothing, while all are as they were finalized. */
    public List<String> differences() {
        List<String> differences = new ArrayList<>();
        for (JsonNode invoice : invoices()) {
            act("invoices/" + invoice.get("id").textValue() + "/verify", "{}")
                    .get("differences")
                    .forEach(difference -> differences.add(invoice.get("number").textValue() + " " + difference));
        }
        return differences;
    }

    /** Rows of a query in which {@code %s} stands for the organization. */
    public List<String> rows(String query) {
        return api.rows(query.formatted(BillingApi.organization(calls)));
    }
}
