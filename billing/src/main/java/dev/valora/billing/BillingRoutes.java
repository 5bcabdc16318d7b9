package dev.valora.billing;

import dev.valora.aggregator.QuantityReader;
import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.contract.SubscriptionRoutes;
import dev.valora.billing.customers.CustomerRoutes;
import dev.valora.billing.invoices.ExplainRoutes;
import dev.valora.billing.invoices.InvoiceRoutes;
import dev.valora.billing.offering.PlanRoutes;
import dev.valora.billing.offering.PriceRoutes;
import dev.valora.billing.offering.ProductRoutes;
import dev.valora.ingest.Database;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.OrganizationDirectory;
import dev.valora.ingest.Route;
import dev.valora.ingest.WallClock;
import java.util.List;
import java.util.stream.Stream;

/** The routes of customers, the offering, subscriptions and invoices. */
public final class BillingRoutes {

    private BillingRoutes() {}

    /**
     * All of them, to be served.
     *
     * @param organizations for the zone and the policies of a caller's organization
     * @param meters that usage prices may name
     * @param quantities that invoices are verified against
     */
    public static List<Route> of(
            Database database,
            OrganizationDirectory organizations,
            MeterDirectory meters,
            QuantityReader quantities,
            WallClock clock) {
        AuditTrail audit = new AuditTrail(database);
        return Stream.of(
                        new CustomerRoutes(database, audit, clock).routes(),
                        new ProductRoutes(database, audit, clock).routes(),
                        new PriceRoutes(database, audit, meters, clock).routes(),
                        new PlanRoutes(database, audit, clock).routes(),
                        new SubscriptionRoutes(database, audit, organizations, clock).routes(),
                        new InvoiceRoutes(database, quantities).routes(),
                        new ExplainRoutes(database, quantities, organizations).routes())
                .flatMap(List::stream)
                .toList();
    }
}
