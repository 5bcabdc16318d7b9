package dev.valora.billing.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.valora.billing.BillingApi;
import dev.valora.ingest.Calls;
import dev.valora.ingest.Database;
import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.access.PgDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the run tells its observer, who waits for how long, and that nobody waits for anybody else. */
class SchedulerTest {

    private static final Duration SHORT = Duration.ofMillis(200);

    @AutoClose
    private final BillingApi api = new BillingApi("2026-01-01T00:00:00Z");

    private final TroubledDatabase database = new TroubledDatabase(api.database());
    private final Telling telling = new Telling();
    private Calls calls = new Calls(List.of(), null);

    @BeforeEach
    void sell() {
        calls = seller();
    }

    /** Behind the due time, or behind the time at which it could first be done. */
    @ParameterizedTest
    @CsvSource({
        "2026-01-05, 2026-01-05T00:00:00Z, PT0S",
        "2026-01-05, 2026-01-05T00:00:02.5Z, PT2.5S",
        "2026-01-05, 2026-01-08T00:00:00Z, PT72H",
        // Created behind its first day: nobody could have begun it before.
        "2025-12-20, 2026-01-01T00:00:07Z, PT7S"
    })
    void shouldTellTheTrueDelay(String start, String now, String lag) {
        subscribe("ann", start);
        api.turnClockTo(now);
        run(database, 500).doWork();
        assertEquals(List.of("lag " + lag), telling.takeLags());
    }

    @Test
    void shouldTellTheDelayOfEachBatchAndOfARetryBehindItsOwnTime() {
        subscribe("ann", "2026-01-02");
        subscribe("bob", "2026-01-02");
        api.turnClockTo("2026-01-02T00:00:10Z");
        BillingRun run = run(database, 1);
        run.doWork();
        api.turnClockTo("2026-01-02T00:00:40Z");
        run.doWork();
        assertEquals(List.of("lag PT10S", "lag PT40S"), telling.takeLags());
        breakCycles();
        api.turnClockTo("2026-02-02T00:00:00Z");
        run.doAllDue();
        telling.take();
        // Both wait until a minute later; who comes first then came due in January, and could be done ten seconds ago.
        api.turnClockTo("2026-02-02T00:01:10Z");
        run.doWork();
        assertEquals("lag PT10S", telling.takeLags().getFirst());
    }

    @Test
    void shouldTellWhatABatchDid() {
        subscribe("ann", "2026-01-02");
        subscribe("bob", "2026-01-02");
        api.turnClockTo("2026-02-03T00:00:00Z");
        run(database, 500).doAllDue();
        assertEquals(
                List.of(
                        "lag PT768H",
                        "processed activate subscriptions 2",
                        "run activate",
                        "lag PT768H",
                        "processed close cycles 2",
                        "processed close invoices 2",
                        "run close",
                        "lag PT744H",
                        "processed overdue invoices 2",
                        "run overdue",
                        "lag PT24H",
                        "processed roll cycles 2",
                        "run roll",
                        "lag PT23H",
                        "processed close cycles 2",
                        "processed close invoices 2",
                        "run close",
                        "lag PT0S",
                        "processed overdue invoices 2",
                        "run overdue"),
                telling.take());
    }

    /** A statement that PostgreSQL gives up is a timeout and no error. */
    @Test
    void shouldCountAStatementThatTookTooLongAsATimeout() {
        subscribe("ann", "2026-01-02");
        api.asSuperuser("CREATE FUNCTION billing.sleep() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN PERFORM pg_catalog.pg_sleep(60); RETURN NEW; END $$");
        api.asSuperuser(
                "CREATE TRIGGER slow BEFORE INSERT ON billing.cycles FOR EACH ROW EXECUTE FUNCTION billing.sleep()");
        api.turnClockTo("2026-01-02T00:00:00Z");
        try (PgDatabase hasty = api.open(2, Duration.ofSeconds(5), SHORT)) {
            BillingRun run = run(hasty, 2);
            run.doWork();
            assertEquals(List.of("lag PT0S", "timeout activate", "run activate"), telling.take());
            run.doAllDue();
            assertEquals(
                    List.of("lag PT0S", "timeout activate", "run activate", "deferred activate set_aside 1"),
                    telling.take());
        }
    }

    @Test
    void shouldCountABatchWhoseStatementsTakeTooLongTogetherAsATimeout() {
        subscribe("ann", "2026-01-02");
        subscribe("bob", "2026-01-02");
        api.turnClockTo("2026-01-02T00:00:00Z");
        database.slowDownTo(Duration.ofSeconds(29));
        run(database, 2).doWork();
        assertEquals(List.of("lag PT0S", "timeout activate", "run activate"), telling.take());
        assertEquals(List.of("0"), rows("SELECT count(*) FROM billing.cycles WHERE organization_id = '%s'"));
    }

    /** Whoever is waited for has the connections; PostgreSQL is as quick as ever. */
    @Test
    void shouldNotCountWaitingForAConnectionAsATimeout() {
        subscribe("ann", "2026-01-02");
        api.turnClockTo("2026-01-02T00:00:00Z");
        try (PgDatabase narrow = api.open(1, SHORT, Duration.ofSeconds(30))) {
            BillingRun run = run(narrow, 500);
            narrow.inOrganization(BillingApi.organization(calls), transaction -> run.doWork());
            assertEquals(List.of("error activate no_connection", "run activate"), telling.take());
            run.doWork();
            assertEquals(List.of("lag PT0S", "processed activate subscriptions 1", "run activate"), telling.take());
        }
    }

    @Test
    void shouldNotCountWaitingForALockAsATimeout() throws SQLException {
        subscribe("ann", "2026-01-02");
        api.turnClockTo("2026-01-02T00:00:00Z");
        try (PgDatabase hasty = api.open(2, Duration.ofSeconds(5), Duration.ofSeconds(2));
                Connection superuser = api.superuser()) {
            superuser.setAutoCommit(false);
            superuser.createStatement().execute("SELECT FROM billing.numbering FOR UPDATE");
            run(hasty, 500).doWork();
            assertEquals(List.of("error activate locked", "run activate", "deferred activate stuck 1"), telling.take());
        }
    }

    @Test
    void shouldCountABrokenConnectionAsAnErrorAndTryTheSameAgain() {
        subscribe("ann", "2026-01-02");
        api.turnClockTo("2026-01-02T00:00:00Z");
        database.cut();
        BillingRun run = run(database, 500);
        assertEquals(0, run.doWork());
        assertEquals(List.of("lag PT0S", "error activate database_away", "run activate"), telling.take());
        assertThrows(DatabaseException.class, run::doAllDue);
    }

    /** A minute, then twice as long each time: nothing in between, and everything once it is mended. */
    @Test
    void shouldTryAFailingSubscriptionLessAndLessOftenWhileTheOthersGoOn() {
        subscribe("ann", "2026-01-01");
        api.turnClockTo("2026-01-02T00:00:00Z");
        BillingRun run = run(database, 500);
        run.doAllDue();
        breakCycles();
        subscribe("bob", "2026-01-01");
        List<String> attempts = new ArrayList<>();
        Instant from = Instant.parse("2026-02-01T00:00:00Z");
        for (int minute = 0; minute <= 1_100; minute++) {
            Instant now = from.plus(Duration.ofMinutes(minute));
            api.turnClockTo(now.toString());
            telling.take();
            run.doAllDue();
            if (telling.take().stream().anyMatch(word -> word.startsWith("error roll"))) {
                attempts.add(Duration.between(from, now).toString());
            }
        }
        assertEquals(
                List.of(
                        "PT0S",
                        "PT1M",
                        "PT3M",
                        "PT7M",
                        "PT15M",
                        "PT31M",
                        "PT1H3M",
                        "PT2H7M",
                        "PT4H15M",
                        "PT8H31M",
                        "PT12H47M",
                        "PT17H3M"),
                attempts);
        assertEquals(
                List.of("ann 1 open", "bob 2 open"),
                rows("SELECT c.key, y.number, y.state FROM billing.cycles y"
                        + " JOIN billing.subscriptions s ON s.id = y.subscription_id"
                        + " JOIN billing.customers c ON c.id = s.customer_id"
                        + " WHERE y.organization_id = '%s' AND y.state = 'open' ORDER BY c.key"));
        mendCycles();
        api.turnClockTo("2026-02-01T21:19:00Z");
        run.doAllDue();
        assertEquals(
                List.of("0"),
                rows(
                        "SELECT count(*) FROM billing.subscriptions WHERE organization_id = '%s' AND failed_attempts > 0"));
    }

    @Test
    void shouldDoOneBatchOfEachOrganizationInTurn() {
        for (int i = 0; i < 7; i++) {
            subscribe("c" + i, "2026-01-02");
        }
        Calls large = calls;
        calls = seller();
        subscribe("zoe", "2026-01-04");
        api.turnClockTo("2026-01-05T00:00:00Z");
        BillingRun run = run(database, 2);
        assertEquals(2, run.doWork());
        assertEquals(List.of("1"), active());
        calls = large;
        assertEquals(List.of("2"), active());
        run.doWork();
        assertEquals(List.of("4"), active());
    }

    /** Its batches take half a minute each and fail; it has half of the run's time at most. */
    @Test
    void shouldNotLetAnOrganizationWhoseBatchesAreLateKeepTheOthersWaiting() {
        for (int i = 0; i < 4; i++) {
            subscribe("c" + i, "2026-01-02");
        }
        database.trouble(BillingApi.organization(calls));
        calls = seller();
        for (int i = 0; i < 12; i++) {
            subscribe("d" + i, "2026-01-02");
        }
        api.turnClockTo("2026-01-05T00:00:00Z");
        BillingRun run = run(database, 2);
        run.doWork();
        for (int i = 0; i < 4; i++) {
            run.doWork();
        }
        assertEquals(1, database.lateTransactions());
        assertEquals(List.of("10"), active());
        database.pass(Duration.ofSeconds(30));
        run.doWork();
        assertEquals(2, database.lateTransactions());
    }

    private BillingRun run(Database used, int batch) {
        return api.run(used, database::nanos, telling, batch);
    }

    private Calls seller() {
        Calls seller = api.organization("UTC", BillingApi::routes);
        seller.post("/v1/products", "{'code':'api','name':'API'}");
        seller.post(
                "/v1/prices",
                "{'code':'base','product':'api','type':'recurring','interval':'month','version':{'model':'flat','amount':'49'}}");
        return seller;
    }

    private void subscribe(String customer, String start) {
        calls.post("/v1/customers", "{'key':'" + customer + "','name':'C'}");
        calls.post(
                "/v1/subscriptions",
                "{'customer':'" + customer + "','items':[{'price':'base'}],'start_date':'" + start + "'}");
    }

    /** Cycle 2 of everybody exists already, so that rolling cycle 1 breaks a constraint. */
    private void breakCycles() {
        api.asSuperuser("INSERT INTO billing.cycles SELECT organization_id, gen_random_uuid(), subscription_id, 2,"
                + " period_end, period_end + 28, ends_at, ends_at + interval '28 days', grace_hours, accepted_before, 0,"
                + " 'closed', NULL, 'billed', 'bill_next' FROM billing.cycles WHERE number = 1");
    }

    private void mendCycles() {
        api.asSuperuser("DELETE FROM billing.cycles WHERE number = 2 AND state = 'closed'");
    }

    private List<String> active() {
        return rows("SELECT count(*) FROM billing.subscriptions WHERE organization_id = '%s' AND status = 'active'");
    }

    private List<String> rows(String query) {
        return api.rows(query.formatted(BillingApi.organization(calls)));
    }
}
