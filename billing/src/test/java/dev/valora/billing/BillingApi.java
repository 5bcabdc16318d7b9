package dev.valora.billing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.aggregator.store.PgAcceptedWindowReader;
import dev.valora.aggregator.store.PgChangedWindowReader;
import dev.valora.aggregator.store.PgQuantityReader;
import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.closing.Closings;
import dev.valora.billing.contract.CyclePolicies;
import dev.valora.billing.cycles.CloseJob;
import dev.valora.billing.invoices.InvoiceQuantities;
import dev.valora.billing.schedule.BillingRun;
import dev.valora.ingest.Aggregation;
import dev.valora.ingest.Calls;
import dev.valora.ingest.Database;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.OrganizationDirectory;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Route;
import dev.valora.ingest.TestDatabase;
import dev.valora.ingest.Ticker;
import dev.valora.ingest.WallClock;
import dev.valora.ingest.access.OrganizationRoutes;
import dev.valora.ingest.access.OrganizationStore;
import dev.valora.ingest.access.PgDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** Billing's routes on a real PostgreSQL, with a clock that tests turn. Open one per class. */
public final class BillingApi implements AutoCloseable {

    private static final int EVENT_AGE_DAYS = 90;

    private final TestDatabase test = TestDatabase.create("access", "usage", "billing");
    private final OrganizationStore organizations = new OrganizationStore(test.database());
    private final MeterDirectory meters = new MeterDirectory();
    private final AtomicLong nowMicros = new AtomicLong();
    private final AppliedThrough applied = new AppliedThrough();
    private long position;

    public BillingApi(String now) {
        turnClockTo(now);
    }

    public Database database() {
        return test.database();
    }

    /** The same data by way of connections of its own; the caller closes it. */
    public PgDatabase open(int connections, Duration connectTimeout, Duration statementTimeout) {
        return PgDatabase.open(
                test.vertx(),
                new PgDatabase.Settings(test.url(), connections, connections, connectTimeout, statementTimeout));
    }

    /** The way of changes, by the clock that tests turn. */
    public AuditTrail audit() {
        return new AuditTrail(test.database(), clock());
    }

    public MeterDirectory meters() {
        return meters;
    }

    public OrganizationDirectory organizations() {
        return organizations;
    }

    public WallClock clock() {
        return nowMicros::get;
    }

    /** All of billing's ports; usage may be 90 days old. */
    public BillingPorts ports() {
        return new BillingPorts(
                database(),
                organizations(),
                meters(),
                new PgQuantityReader(),
                new PgChangedWindowReader(),
                new PgAcceptedWindowReader(),
                applied,
                clock(),
                EVENT_AGE_DAYS);
    }

    /** How far usage is applied; by default it always is. */
    public AppliedThrough applied() {
        return applied;
    }

    /** Billing's routes on these ports. */
    public List<Route> routes() {
        return BillingRoutes.of(ports());
    }

    /** A billing run that is not started. */
    public BillingRun run(Database database, int batchSize) {
        return run(database, System::nanoTime, BillingObserver.NONE, batchSize);
    }

    /** The same by a ticker of the test's, watched. */
    public BillingRun run(Database database, Ticker ticker, BillingObserver observer, int batchSize) {
        return new BillingRun(
                new BillingRun.Ports(
                        database,
                        organizations(),
                        new CyclePolicies(EVENT_AGE_DAYS),
                        applied,
                        clock(),
                        ticker,
                        observer),
                new CloseJob(
                        new Closings(meters(), new PgChangedWindowReader()),
                        new InvoiceQuantities(new PgQuantityReader())),
                batchSize);
    }

    public void turnClockTo(String instant) {
        nowMicros.set(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant)));
    }

    /** Calls as a new organization in this zone. */
    public Calls organization(String zone, Function<BillingApi, List<Route>> routes) {
        return organization(zone, "EUR", routes);
    }

    /** The same in another currency. */
    public Calls organization(String zone, String currency, Function<BillingApi, List<Route>> routes) {
        String body = "{'name':'Seller','currency':'" + currency + "','timezone':'" + zone + "'}";
        String id = Calls.asOperator(new OrganizationRoutes(organizations, clock()).routes())
                .post("/v1/organizations", body)
                .get("id")
                .textValue();
        return new Calls(routes.apply(this), OrganizationId.parse(id).orElseThrow());
    }

    /** Defines a meter that sums, as the writer does. */
    public void defineMeter(Calls calls, String code, String... dimensions) {
        defineMeter(calls, code, Aggregation.SUM, dimensions);
    }

    /** Defines a meter as the writer does. */
    public void defineMeter(Calls calls, String code, Aggregation aggregation, String... dimensions) {
        meters.define(
                new MeterDefinition(organization(calls), code, aggregation, code, null, List.of(dimensions), 60),
                ++position);
    }

    public void archiveMeter(Calls calls, String code) {
        meters.archive(organization(calls), code, ++position);
    }

    /** Changes an organization's policies; the organization as it is then. */
    public JsonNode policies(Calls calls, String body) {
        return new Calls(new OrganizationRoutes(organizations, clock()).routes(), organization(calls))
                .patch("/v1/organization", body);
    }

    public static OrganizationId organization(Calls calls) {
        OrganizationId organization = calls.organization();
        if (organization == null) {
            throw new IllegalArgumentException("the operator has no organization");
        }
        return organization;
    }

    /** Each row of a query as text, columns separated by a blank; sees everything. */
    public List<String> rows(String sql) {
        List<String> rows = new ArrayList<>();
        try (Connection superuser = test.superuser();
                Statement statement = superuser.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                List<String> columns = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    columns.add(String.valueOf(result.getString(i)));
                }
                rows.add(String.join(" ", columns));
            }
            return rows;
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    /** A connection past row-level security; the caller closes it. */
    public Connection superuser() throws SQLException {
        return test.superuser();
    }

    /** A statement past row-level security, for states that this version's routes do not reach. */
    public void asSuperuser(String sql) {
        try (Connection superuser = test.superuser();
                Statement statement = superuser.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    @Override
    public void close() {
        test.close();
    }
}
