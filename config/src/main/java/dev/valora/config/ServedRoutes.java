package dev.valora.config;

import dev.valora.aggregator.query.EventListRoutes;
import dev.valora.aggregator.query.UsageRoutes;
import dev.valora.aggregator.store.PgAcceptedWindowReader;
import dev.valora.aggregator.store.PgChangedWindowReader;
import dev.valora.aggregator.store.PgQuantityReader;
import dev.valora.aggregator.store.PgUsageReader;
import dev.valora.billing.BillingPorts;
import dev.valora.billing.BillingRoutes;
import dev.valora.config.clock.ClockRoutes;
import dev.valora.config.clock.DueWork;
import dev.valora.config.documentation.DocumentationRoutes;
import dev.valora.ingest.AppliedUsage;
import dev.valora.ingest.Database;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.Route;
import dev.valora.ingest.WallClock;
import dev.valora.ingest.access.ApiKeyRoutes;
import dev.valora.ingest.access.KeyRing;
import dev.valora.ingest.access.MeterRoutes;
import dev.valora.ingest.access.OrganizationRoutes;
import dev.valora.ingest.access.OrganizationStore;
import dev.valora.ingest.events.EventRoutes;
import dev.valora.ingest.http.RejectionLog;
import dev.valora.ingest.http.RejectionRoutes;
import dev.valora.ingest.intake.Intake;
import java.util.List;
import java.util.stream.Stream;

/**
 * Every route that the server dispatches, from all modules; only {@code POST /v1/usage} is not among them, since it is ahead of
 * the dispatcher. The OpenAPI document must name the same.
 */
final class ServedRoutes {

    private ServedRoutes() {}

    /**
     * What routes need of the rest of the server.
     *
     * @param eventAgeDays how old usage may be when it is accepted
     * @param billing done when a manual clock is turned
     */
    record Ports(
            Database database,
            OrganizationStore organizations,
            KeyRing keys,
            MeterDirectory meters,
            Intake intake,
            EventRoutes events,
            EventListRoutes eventLists,
            RejectionLog rejections,
            AppliedUsage applied,
            WallClock clock,
            int eventAgeDays,
            DueWork billing) {

        BillingPorts billingPorts() {
            return new BillingPorts(
                    database,
                    organizations,
                    meters,
                    new PgQuantityReader(),
                    new PgChangedWindowReader(),
                    new PgAcceptedWindowReader(),
                    applied,
                    clock,
                    eventAgeDays);
        }

        MeterRoutes meterRoutes() {
            return new MeterRoutes(database, organizations, new MeterRoutes.Parts(meters, intake, applied, clock));
        }
    }

    static List<Route> of(Ports ports) {
        return Stream.of(
                        new OrganizationRoutes(ports.organizations(), ports.clock()).routes(),
                        new ApiKeyRoutes(ports.database(), ports.keys(), ports.clock()).routes(),
                        ports.meterRoutes().routes(),
                        new UsageRoutes(
                                        new PgUsageReader(ports.database()),
                                        ports.organizations(),
                                        ports.meters(),
                                        ports.applied())
                                .routes(),
                        ports.events().routes(),
                        ports.eventLists().routes(),
                        new RejectionRoutes(ports.rejections()).routes(),
                        BillingRoutes.of(ports.billingPorts()),
                        new ClockRoutes(ports.clock(), ports.intake(), ports.applied(), List.of(ports.billing()))
                                .routes(),
                        DocumentationRoutes.routes())
                .flatMap(List::stream)
                .toList();
    }
}
