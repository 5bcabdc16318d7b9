package dev.valora.billing.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.BillingApi;
import dev.valora.billing.UsageRow;
import dev.valora.ingest.Calls;
import dev.valora.ingest.Database;
import dev.valora.ingest.HttpVerb;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.sql.Connection;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BillingRunTest {

    @AutoClose
    private static final BillingApi API = new BillingApi("2026-01-01T00:00:00Z");

    private static final String INVOICES = """
            SELECT number, c.key, cycle, period_start, period_end, issue_date, due_date, total, status FROM billing.invoices i
            JOIN billing.customers c ON c.id = i.customer_id WHERE i.organization_id = '%s' ORDER BY sequence
            """;

    private final BillingRun run = run(API.database(), 500);
    private Calls calls = new Calls(List.of(), null);

    @BeforeEach
    void sellSomething() {
        API.turnClockTo("2026-01-01T00:00:00Z");
        API.applied().turnTo("2100-01-01T00:00:00Z");
        calls = API.organization("Europe/Berlin", BillingApi::routes);
        API.defineMeter(calls, "calls", "region");
        calls.post("/v1/products", "{'code':'api','name':'API'}");
        calls.post(
                "/v1/prices",
                "{'code':'base','product':'api','type':'recurring','interval':'month','version':{'model':'flat','amount':'49'}}");
        calls.post(
                "/v1/prices",
                "{'code':'calls','product':'api','name':'Calls','type':'usage','meter':'calls','interval':'month','version':"
                        + "{'model':'graduated','tiers':[{'up_to':'1000','unit_amount':'0.01'},{'up_to':null,'unit_amount':'0.005'}]}}");
        calls.post("/v1/plans", "{'code':'pro','name':'Pro','prices':['base','calls']}");
        calls.post("/v1/customers", "{'key':'ann','name':'Ann'}");
        calls.post("/v1/customers", "{'key':'bob','name':'Bob'}");
    }

    @Test
    void shouldOpenWithTheAdvanceAndCloseWithTheArrears() {
        subscribe("'customer':'ann','plan':'pro'");
        usage("ann", "2026-01-31T22:00:00Z", "2026-01-31T22:00:00Z", "1500");
        // In Berlin this is February.
        usage("ann", "2026-01-31T23:00:00Z", "2026-01-31T23:00:00Z", "7");
        // Accepted after the cut of January.
        usage("ann", "2026-01-15T00:00:00Z", "2026-02-01T00:00:00Z", "100000");
        turn("2026-02-02T00:00:00Z");
        assertEquals(
                List.of(
                        "INV-000001 ann 0 2026-01-01 2026-02-01 2026-01-01 2026-01-01 49.00 finalized",
                        "INV-000002 ann 1 2026-01-01 2026-02-01 2026-02-01 2026-02-01 61.50 finalized"),
                invoices());
        assertEquals(
                List.of("1 base 49.00 2026-02-01", "1 calls 12.50 2026-02-01"),
                rows("SELECT l.cycle - (l.price = 'base')::int, l.price, l.amount, i.issue_date FROM billing.ledger l"
                        + " JOIN billing.invoices i ON i.id = l.invoice_id WHERE i.cycle = 1 AND l.organization_id = '%s'"
                        + " ORDER BY l.price"));
        assertEquals(List.of("0 closed", "1 closed", "2 open"), cycles());
    }

    @Test
    void shouldWaitForTheWatermark() {
        subscribe("'customer':'ann','plan':'pro'");
        API.turnClockTo("2026-02-02T00:00:00Z");
        // The end of January in Berlin, and an hour of grace.
        API.applied().turnTo("2026-01-31T23:59:59Z");
        run.doAllDue();
        assertEquals(List.of("0 closed", "1 awaiting_cut", "2 open"), cycles());
        API.applied().turnTo("2026-02-01T00:00:00Z");
        run.doAllDue();
        assertEquals(List.of("0 closed", "1 closed", "2 open"), cycles());
    }

    @Test
    void shouldCatchUpManyMonthsAsIfItHadNeverStopped() {
        subscribe("'customer':'bob','plan':'pro'");
        usage("bob", "2026-02-10T00:00:00Z", "2026-02-10T00:00:00Z", "400");
        for (String day : List.of("2026-02-02", "2026-03-02", "2026-04-02")) {
            turn(day + "T00:00:00Z");
        }
        List<String> monthByMonth = hashes();
        API.asSuperuser("TRUNCATE billing.invoices, billing.adjustments, billing.ledger, billing.cycles");
        API.asSuperuser("UPDATE billing.subscriptions SET status = 'scheduled'");
        API.asSuperuser("UPDATE billing.numbering SET next_sequence = 1");
        turn("2026-04-02T00:00:01Z");
        assertEquals(4, monthByMonth.size());
        assertEquals(monthByMonth, hashes());
    }

    @Test
    void shouldNumberInTheOrderOfPeriodEndsAndSubscriptionsWhateverTheBatch() {
        for (int i = 0; i < 7; i++) {
            calls.post("/v1/customers", "{'key':'c" + i + "','name':'C'}");
            subscribe("'customer':'c" + i + "','plan':'pro','start_date':'2026-01-0" + (1 + i % 2) + "'");
        }
        API.turnClockTo("2026-03-10T00:00:00Z");
        BillingRun small = run(API.database(), 2);
        while (small.doWork() > 0) {
            assertTrue(invoices().size() <= 21);
        }
        assertEquals(21, invoices().size());
        assertEquals(
                rows(
                        "SELECT sequence FROM billing.invoices WHERE organization_id = '%s' AND cycle > 0 ORDER BY period_end,"
                                + " subscription_id"),
                rows(
                        "SELECT sequence FROM billing.invoices WHERE organization_id = '%s' AND cycle > 0 ORDER BY sequence"));
        assertEquals(
                List.of("21 1 21"),
                rows(
                        "SELECT count(*), min(sequence), max(sequence) FROM billing.invoices WHERE organization_id = '%s'"));
    }

    @Test
    void shouldShowATrialAtZeroThenBill() {
        subscribe("'customer':'ann','plan':'pro','trial_days':14");
        usage("ann", "2026-01-10T00:00:00Z", "2026-01-10T00:00:00Z", "5000");
        usage("ann", "2026-01-20T00:00:00Z", "2026-01-20T00:00:00Z", "10");
        turn("2026-01-14T00:00:00Z");
        assertEquals(List.of("trialing"), statuses());
        turn("2026-01-15T00:00:00Z");
        assertEquals(List.of("active"), statuses());
        // Due on the day of its issue, and nobody pays.
        turn("2026-02-16T00:00:00Z");
        assertEquals(List.of("past_due"), statuses());
        assertEquals(
                List.of(
                        "INV-000001 ann 1 2026-01-01 2026-01-15 2026-01-15 2026-01-15 49.00 finalized",
                        "INV-000002 ann 2 2026-01-15 2026-02-15 2026-02-15 2026-02-15 49.10 finalized"),
                invoices());
    }

    @Test
    void shouldProrateTheFirstStub() {
        subscribe("'customer':'ann','plan':'pro','start_date':'2026-01-18','anchor_day':1");
        turn("2026-02-02T00:00:00Z");
        // 49 x 14/31 = 22.129…
        assertEquals(
                List.of(
                        "INV-000001 ann 0 2026-01-18 2026-02-01 2026-01-18 2026-01-18 22.13 finalized",
                        "INV-000002 ann 1 2026-01-18 2026-02-01 2026-02-01 2026-02-01 49.00 finalized"),
                invoices());
    }

    @Test
    void shouldEndAtThePeriodsEndWithTheLastUsageBilled() {
        String id = subscribe("'customer':'ann','plan':'pro'");
        usage("ann", "2026-01-20T00:00:00Z", "2026-01-20T00:00:00Z", "100");
        turn("2026-01-20T00:00:00Z");
        calls.call(HttpVerb.POST, "/v1/subscriptions/" + id + "/cancel", "{}");
        turn("2026-04-01T00:00:00Z");
        assertEquals(List.of("canceled"), statuses());
        assertEquals(List.of("0 closed", "1 closed", "2 closed", "3 closed", "4 open"), cycles());
        assertEquals(
                List.of(
                        "INV-000001 ann 0 2026-01-01 2026-02-01 2026-01-01 2026-01-01 49.00 finalized",
                        "INV-000002 ann 1 2026-01-01 2026-02-01 2026-02-01 2026-02-01 1.00 finalized"),
                invoices());
        assertEquals(
                "canceled at the end of its period",
                calls.get("/v1/subscriptions/" + id + "/transitions")
                        .at("/data/3/reason")
                        .textValue());
    }

    @Test
    void shouldCloseACycleThatHasNothingToSayWithoutAnInvoice() {
        String id = subscribe("'customer':'ann','items':[{'price':'base'}]");
        calls.call(HttpVerb.POST, "/v1/subscriptions/" + id + "/cancel", "{}");
        turn("2026-03-01T00:00:00Z");
        assertEquals(List.of("0 closed", "1 closed", "2 closed", "3 open"), cycles());
        assertEquals(1, invoices().size());
        assertEquals(
                List.of(
                        "{\"cycle\": 1, \"reason\": \"no_lines\", \"invoice\": null}",
                        "{\"cycle\": 2, \"reason\": \"no_lines\", \"invoice\": null}"),
                rows("SELECT after FROM billing.audit WHERE organization_id = '%s' AND action = 'cycle.closed'"
                        + " ORDER BY entry"));
    }

    @Test
    void shouldSettleAZeroInvoiceAtOnce() {
        subscribe("'customer':'ann','items':[{'price':'calls'}]");
        turn("2026-02-02T00:00:00Z");
        assertEquals(List.of("INV-000001 ann 1 2026-01-01 2026-02-01 2026-02-01 2026-02-01 0.00 paid"), invoices());
    }

    @Test
    void shouldSetAsideWhoFailsLetTheOthersGoOnAndTryAgain() {
        calls.post(
                "/v1/prices",
                "{'code':'odd','product':'api','type':'usage','meter':'calls','interval':'month','version':"
                        + "{'model':'per_unit','unit_amount':'1'}}");
        String ann = subscribe("'customer':'ann','items':[{'price':'base'},{'price':'odd'}]");
        subscribe("'customer':'bob','plan':'pro'");
        turn("2026-01-02T00:00:00Z");
        meterOfOdd("gone");
        API.turnClockTo("2026-02-02T00:00:00Z");
        List<BillingRun.Unfinished> setAside = doAllDue();
        assertEquals(1, setAside.size());
        assertEquals("subscription:" + ann, setAside.getFirst().what());
        assertEquals(Instant.parse("2026-02-01T00:00:00Z"), setAside.getFirst().due());
        assertEquals(List.of("INV-000003 bob"), last(invoices()));
        assertEquals(
                List.of("1 2026-02-02 00:01:00+00"),
                rows("SELECT failed_attempts, retry_at AT TIME ZONE 'UTC' || '+00' FROM billing.subscriptions"
                        + " WHERE organization_id = '%s' AND failure IS NOT NULL"));
        meterOfOdd("calls");
        assertEquals(1, doAllDue().size());
        turn("2026-02-02T00:01:00Z");
        assertEquals(List.of("INV-000004 ann"), last(invoices()));
        assertEquals(
                List.of(),
                rows("SELECT id FROM billing.subscriptions WHERE organization_id = '%s' AND retry_at IS NOT NULL"));
    }

    /** The stored sentence says what is wrong, and only the log where. */
    @Test
    void shouldLogOnceWhereABugIs() {
        calls.post(
                "/v1/prices",
                "{'code':'odd','product':'api','type':'usage','meter':'calls','interval':'month','version':"
                        + "{'model':'per_unit','unit_amount':'1'}}");
        String ann = subscribe("'customer':'ann','items':[{'price':'odd'}]");
        turn("2026-01-02T00:00:00Z");
        meterOfOdd("gone");
        API.turnClockTo("2026-02-02T00:00:00Z");
        ByteArrayOutputStream logged = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(logged, true, UTF_8));
        try {
            assertEquals(1, doAllDue().size());
        } finally {
            System.setErr(before);
        }
        List<String> words = logged.toString(UTF_8).lines().toList();
        assertEquals(1, words.stream().filter(line -> line.contains(ann)).count(), words.toString());
        assertEquals(
                1,
                words.stream()
                        .filter(line -> line.startsWith("\tat dev.valora.billing.closing.TermsFreeze.meter("))
                        .count(),
                words.toString());
    }

    @Test
    void shouldFindOutWhoFailsWhenAStatementUndidTheBatch() {
        String ann = subscribe("'customer':'ann','plan':'pro'");
        subscribe("'customer':'bob','plan':'pro'");
        turn("2026-01-02T00:00:00Z");
        // Cycle 2 exists already, so that rolling cycle 1 breaks a constraint.
        API.asSuperuser("INSERT INTO billing.cycles SELECT organization_id, gen_random_uuid(), subscription_id, 2,"
                + " '2026-02-01', '2026-03-01', ends_at, ends_at + interval '28 days', grace_hours, accepted_before, 0,"
                + " 'closed', NULL, 'billed', 'bill_next' FROM billing.cycles WHERE number = 1 AND subscription_id = '"
                + ann + "'");
        API.turnClockTo("2026-02-02T00:00:00Z");
        List<BillingRun.Unfinished> setAside = doAllDue();
        assertEquals(1, setAside.size());
        assertEquals("subscription:" + ann, setAside.getFirst().what());
        assertEquals(List.of("INV-000003 bob"), last(invoices()));
    }

    @Test
    void shouldGoOnWithTheOthersWhileOneOrganizationIsLocked() throws Exception {
        subscribe("'customer':'ann','plan':'pro'");
        Calls locked = calls;
        sellSomething();
        subscribe("'customer':'bob','plan':'pro'");
        try (Connection superuser = API.superuser()) {
            superuser.setAutoCommit(false);
            superuser
                    .createStatement()
                    .execute("SELECT FROM billing.numbering WHERE organization_id = '" + BillingApi.organization(locked)
                            + "' FOR UPDATE");
            API.turnClockTo("2026-02-02T00:00:00Z");
            List<String> unfinished =
                    run.doAllDue().stream().map(BillingRun.Unfinished::what).toList();
            assertTrue(unfinished.contains("organization:" + BillingApi.organization(locked)), unfinished.toString());
            assertEquals(2, invoices().size());
        }
        turn("2026-02-02T00:00:00Z");
        calls = locked;
        assertEquals(2, invoices().size());
        assertEquals(List.of(), doAllDue());
    }

    @Test
    void shouldFreezeNoVersionThatIsNotInForce() {
        calls.post("/v1/prices/base/versions", "{'effective_from':'2026-02-01','model':'flat','amount':'59'}");
        calls.post("/v1/prices/base/versions", "{'effective_from':'2030-01-01','model':'flat','amount':'99'}");
        calls.post("/v1/prices/calls/versions", "{'effective_from':'2026-03-01','model':'flat','amount':'1'}");
        subscribe("'customer':'ann','plan':'pro'");
        turn("2026-02-02T00:00:00Z");
        assertEquals(
                List.of("0 base 1", "1 base 2", "1 calls 1"),
                rows("SELECT cycle, item #>> '{price,code}', version ->> 'version' FROM billing.invoices,"
                        + " jsonb_array_elements(terms::jsonb #> '{closing,items}'"
                        + "     || jsonb_path_query_array(terms::jsonb, '$.advance[*].item')) item,"
                        + " jsonb_array_elements(item #> '{price,versions}') version"
                        + " WHERE organization_id = '%s' ORDER BY cycle, 2"));
    }

    @Test
    void shouldGiveACycleTheNetTermsOfItsOpening() {
        subscribe("'customer':'ann','plan':'pro'");
        turn("2026-01-02T00:00:00Z");
        API.asSuperuser("UPDATE access.organizations SET net_terms_days = 30 WHERE organization_id = '"
                + BillingApi.organization(calls) + "'");
        turn("2026-03-02T00:00:00Z");
        assertEquals(
                List.of("0 2026-01-01", "1 2026-02-01", "2 2026-03-31"),
                rows("SELECT cycle, due_date FROM billing.invoices WHERE organization_id = '%s' ORDER BY cycle"));
    }

    private void meterOfOdd(String meter) {
        API.asSuperuser("UPDATE billing.prices SET meter = '%s' WHERE code = 'odd' AND organization_id = '%s'"
                .formatted(meter, BillingApi.organization(calls)));
    }

    private BillingRun run(Database database, int batch) {
        return API.run(database, batch);
    }

    private void turn(String instant) {
        API.turnClockTo(instant);
        assertEquals(List.of(), doAllDue());
    }

    /** What is not done of the organization of this test. */
    private List<BillingRun.Unfinished> doAllDue() {
        List<String> mine =
                rows("SELECT 'subscription:' || id FROM billing.subscriptions WHERE organization_id = '%s'");
        return run.doAllDue().stream()
                .filter(unfinished -> mine.contains(unfinished.what()))
                .toList();
    }

    private String subscribe(String members) {
        JsonNode subscription = calls.post("/v1/subscriptions", "{" + members + "}");
        return subscription.get("id").textValue();
    }

    private void usage(String customer, String start, String acceptedHour, String value) {
        new UsageRow(BillingApi.organization(calls), "calls", customer, start, acceptedHour).insert(API, value);
    }

    private List<String> invoices() {
        return rows(INVOICES);
    }

    private List<String> hashes() {
        return rows(
                "SELECT number, content_hash, lines FROM billing.invoices WHERE organization_id = '%s' ORDER BY sequence");
    }

    private List<String> cycles() {
        return rows("SELECT number, state FROM billing.cycles WHERE organization_id = '%s' ORDER BY number");
    }

    private List<String> statuses() {
        return rows("SELECT status FROM billing.subscriptions WHERE organization_id = '%s'");
    }

    private static List<String> last(List<String> invoices) {
        String[] words = invoices.getLast().split(" ", -1);
        return List.of(words[0] + " " + words[1]);
    }

    private List<String> rows(String query) {
        return API.rows(query.formatted(BillingApi.organization(calls)));
    }
}
