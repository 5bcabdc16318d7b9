package dev.valora.config.contract;

import java.io.IOException;
import java.time.LocalDate;
import java.util.List;

/**
 * One of everything that an organization has, and what its requests name it.
 *
 * @param invoice the opening, which is not paid
 * @param line of it
 * @param voidable the one after it, with usage
 */
record Life(
        Caller owner,
        String apiKey,
        String customer,
        String subscription,
        String trialing,
        String invoice,
        String line,
        String voidable) {

    /** A POST that may be sent once and then repeated with its key. */
    record Posted(String template, String path, String body) {}

    /** Lives through a month, turning the clock of the server. */
    static Life of(ContractServer server) throws IOException, InterruptedException {
        Caller owner = server.organization(",'net_terms_days':365").selling();
        String start = server.operator().get("/v1/clock").at("/now").substring(0, 10);
        String subscription = owner.create("/v1/subscriptions", "{'customer':'c0','plan':'pro'}")
                .at("/id");
        String trialing = owner.create("/v1/subscriptions", "{'customer':'c1','plan':'try','trial_days':700}")
                .at("/id");
        owner.post("/v1/usage", "{'idempotency_key':'used','customer':'c0','meter':'calls','value':'3'}");
        server.turnTo(LocalDate.parse(start).plusMonths(1).plusDays(1) + "T00:00:00Z");
        Answer invoices = owner.get("/v1/invoices?subscription=" + subscription);
        return new Life(
                owner,
                owner.get("/v1/api_keys").at("/data/0/id"),
                owner.get("/v1/customers/key:c0").at("/id"),
                subscription,
                trialing,
                invoices.at("/data/0/id"),
                invoices.at("/data/0/lines/0/id"),
                invoices.at("/data/1/id"));
    }

    /** Every POST of the contract but those of usage and of the clock, with what it names and a body that works. */
    List<Posted> posts() {
        return List.of(
                new Posted("/v1/organizations", "/v1/organizations", "{'name':'n','currency':'USD','timezone':'UTC'}"),
                new Posted("/v1/api_keys", "/v1/api_keys", "{'name':'n','scopes':['usage:read']}"),
                new Posted("/v1/meters", "/v1/meters", "{'code':'posted','aggregation':'count'}"),
                new Posted("/v1/meters/{code}/archive", "/v1/meters/posted/archive", "{}"),
                new Posted("/v1/customers", "/v1/customers", "{'key':'posted','name':'n'}"),
                new Posted("/v1/products", "/v1/products", "{'code':'posted','name':'n'}"),
                new Posted(
                        "/v1/prices",
                        "/v1/prices",
                        "{'code':'posted','product':'api','type':'recurring','interval':'month','version':{'model':'flat','amount':'1'}}"),
                new Posted(
                        "/v1/prices/{code}/versions",
                        "/v1/prices/posted/versions",
                        "{'effective_from':'2190-01-01','model':'flat','amount':'2'}"),
                new Posted("/v1/plans", "/v1/plans", "{'code':'posted','name':'n','prices':['posted']}"),
                new Posted("/v1/subscriptions", "/v1/subscriptions", "{'customer':'c0','plan':'posted'}"),
                new Posted("/v1/plans/{code}/archive", "/v1/plans/posted/archive", "{}"),
                new Posted("/v1/prices/{code}/archive", "/v1/prices/posted/archive", "{}"),
                new Posted("/v1/products/{code}/archive", "/v1/products/posted/archive", "{}"),
                new Posted(
                        "/v1/subscriptions/{id}/adjustments",
                        "/v1/subscriptions/" + subscription + "/adjustments",
                        "{'amount':'-1.5','description':'d','reason':'r'}"),
                new Posted(
                        "/v1/subscriptions/{id}/change",
                        "/v1/subscriptions/" + subscription + "/change",
                        "{'items':[{'price':'seats','quantity':2}]}"),
                new Posted("/v1/subscriptions/{id}/cancel", "/v1/subscriptions/" + subscription + "/cancel", "{}"),
                new Posted("/v1/subscriptions/{id}/uncancel", "/v1/subscriptions/" + subscription + "/uncancel", "{}"),
                new Posted("/v1/subscriptions/{id}/end_trial", "/v1/subscriptions/" + trialing + "/end_trial", "{}"),
                new Posted("/v1/invoices/{id}/verify", "/v1/invoices/" + invoice + "/verify", "{}"),
                new Posted("/v1/invoices/{id}/mark_paid", "/v1/invoices/" + invoice + "/mark_paid", "{}"),
                new Posted(
                        "/v1/invoices/{id}/void",
                        "/v1/invoices/" + voidable + "/void",
                        "{'reason':'r','reissue':true}"),
                new Posted("/v1/usage/voids", "/v1/usage/voids", "{'idempotency_key':'used','reason':'r'}"));
    }
}
