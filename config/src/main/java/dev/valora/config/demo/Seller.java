package dev.valora.config.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.atomic.AtomicInteger;

/** Everything that a seller sets up before usage comes: organization, catalog, customers and their subscriptions. */
final class Seller {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Seller() {}

    /** Creates the organization; returns the server as seen with its first key. */
    static Api found(Api operator) throws DemoException, InterruptedException {
        ObjectNode organization = JSON.objectNode()
                .put("name", "Northwind Cloud")
                .put("currency", HybridPlan.CURRENCY)
                .put("timezone", Month.ZONE.getId())
                .put("usage_grace_hours", Month.GRACE_HOURS);
        return operator.with(operator.create("/v1/organizations", organization)
                .path("api_key")
                .path("secret")
                .asText());
    }

    /** Meters, products, prices and the plan. */
    static void offer(Api api) throws DemoException, InterruptedException {
        for (ObjectNode meter : HybridPlan.meters()) {
            api.create("/v1/meters", meter);
        }
        for (ObjectNode product : HybridPlan.products()) {
            api.create("/v1/products", product);
        }
        for (ObjectNode price : HybridPlan.prices()) {
            api.create("/v1/prices", price);
        }
        api.create("/v1/plans", HybridPlan.plan());
    }

    /** Customers, each subscribed to the plan from the month's first day on. */
    static void subscribe(Api api, int customers, Progress progress) throws DemoException, InterruptedException {
        AtomicInteger done = new AtomicInteger();
        Connections.makeAll(customers, customer -> {
            api.create(
                    "/v1/customers",
                    JSON.objectNode().put("key", Customers.key(customer)).put("name", Customers.name(customer)));
            api.create(
                    "/v1/subscriptions",
                    JSON.objectNode()
                            .put("customer", Customers.key(customer))
                            .put("plan", HybridPlan.CODE)
                            .put("start_date", Month.FIRST_DAY.toString()));
            progress.at(done.incrementAndGet(), customers);
        });
    }
}
