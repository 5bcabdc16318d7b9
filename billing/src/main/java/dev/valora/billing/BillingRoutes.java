package dev.valora.billing;

import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.contract.SubscriptionRoutes;
import dev.valora.billing.customers.CustomerRoutes;
import dev.valora.billing.fates.FateRoutes;
import dev.valora.billing.invoices.ExplainRoutes;
import dev.valora.billing.invoices.InvoiceRoutes;
import dev.valora.billing.offering.PlanRoutes;
import dev.valora.billing.offering.PriceRoutes;
import dev.valora.billing.offering.ProductRoutes;
import dev.valora.billing.settlement.PreviewRoutes;
import dev.valora.billing.settlement.SettlementRoutes;
import dev.valora.ingest.Database;
import dev.valora.ingest.Route;
import java.util.List;
import java.util.stream.Stream;

/** The routes of customers, the offering, subscriptions and invoices. */
public final class BillingRoutes {

    private BillingRoutes() {}

    /** All of them, to be served. */
    public static List<Route> of(BillingPorts ports) {
        Database database = ports.database();
        AuditTrail audit = new AuditTrail(database, ports.clock());
        return Stream.of(
                        new CustomerRoutes(database, audit).routes(),
                        new ProductRoutes(database, audit).routes(),
                        new PriceRoutes(database, audit, ports.meters()).routes(),
                        new PlanRoutes(database, audit).routes(),
                        new SubscriptionRoutes(ports, audit).routes(),
                        new InvoiceRoutes(database, ports.quantities()).routes(),
                        new ExplainRoutes(database, ports.quantities(), ports.organizations()).routes(),
                        new SettlementRoutes(ports, audit).routes(),
                        new PreviewRoutes(ports).routes(),
                        new FateRoutes(ports).routes())
                .flatMap(List::stream)
                .toList();
    }
}
