package dev.valora.billing.cycles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.valora.billing.BillingApi;
import dev.valora.billing.SoldMonths;
import dev.valora.billing.contract.CycleReader;
import dev.valora.billing.contract.CycleReader.DueCycles;
import dev.valora.ingest.Database;
import dev.valora.ingest.OrganizationId;
import io.vertx.sqlclient.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Finding due work costs the same however much is due: as many pages as PostgreSQL says that it looked at. */
final class DuePlansTest {

    private static final int BATCH = 100;
    private static final int FEW = 600;
    private static final int MANY = 6_000;
    private static final Instant CUT = Instant.parse("2026-02-01T01:00:00Z");
    private static final Instant END = Instant.parse("2026-02-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

    @AutoClose
    private static final BillingApi API = new BillingApi("2026-01-01T00:00:00Z");

    @Test
    void shouldFindTheFirstCyclesThatAwaitTheirCut() {
        assertBounded(
                "awaiting_cut",
                BATCH,
                (organization, transaction) -> CycleReader.awaitingCut(
                                transaction,
                                organization,
                                new DueCycles(CUT, NOW, BATCH),
                                LocalDate.parse("2026-02-01"))
                        .size());
    }

    @Test
    void shouldFindTheFirstCyclesThatEnd() {
        assertBounded(
                "open",
                BATCH,
                (organization, transaction) -> CycleReader.ended(
                                transaction, organization, new DueCycles(END, NOW, BATCH))
                        .size());
    }

    @Test
    void shouldFindTheEarliestWorkOfEachOrganization() {
        Pages few = new Pages(seller("awaiting_cut", FEW));
        int work = few.across(
                transaction -> DueStore.earliest(transaction, NOW, NOW).size());
        long before = few.read;
        seller("awaiting_cut", MANY);
        seller("open", MANY);
        Pages many = new Pages(few.organization);
        assertEquals(
                work + 2,
                many.across(
                        transaction -> DueStore.earliest(transaction, NOW, NOW).size()));
        // The two that were added cost what any other does.
        assertTrue(many.read <= before + 2 * 40, before + " pages, then " + many.read);
    }

    private interface Search {
        int find(OrganizationId organization, Database.Transaction transaction);
    }

    /** Ten times as many may need one more level of an index, and no more. */
    private static void assertBounded(String state, int found, Search search) {
        List<Long> pages = new ArrayList<>();
        for (int due : new int[] {FEW, MANY}) {
            Pages counted = new Pages(seller(state, due));
            assertEquals(found, counted.within(transaction -> search.find(counted.organization, transaction)));
            pages.add(counted.read);
        }
        assertTrue(pages.getFirst() > BATCH, pages.toString());
        assertTrue(pages.getLast() * 2 < pages.getFirst() * 3, pages.toString());
    }

    /** A seller with this many subscriptions, of each of which one cycle is due in this state. */
    private static OrganizationId seller(String state, int due) {
        OrganizationId organization = BillingApi.organization(new SoldMonths(API).calls());
        API.asSuperuser("""
                SET session_replication_role = replica;
                INSERT INTO billing.subscriptions (organization_id, id, customer_id, status, interval_unit, interval_count,
                    start_date, starts_at, created_at)
                SELECT '%1$s', md5('%1$s' || n)::uuid, md5('%1$s')::uuid, 'active', 'month', 1, '2026-01-01', '2026-01-01Z',
                    '2026-01-01Z' FROM generate_series(1, %3$s) n;
                INSERT INTO billing.cycles (organization_id, id, subscription_id, number, period_start, period_end, starts_at,
                    ends_at, grace_hours, accepted_before, net_terms_days, late_usage, kind, state)
                SELECT '%1$s', md5('%1$s' || n || 'c' || number)::uuid, md5('%1$s' || n)::uuid, number, '2026-01-01',
                    '2026-02-01', '2026-01-01Z', '2026-02-01Z', 1,
                    CASE number WHEN 0 THEN '2026-01-01Z' ELSE '2026-02-01T01:00Z' END::timestamptz, 0, 'bill_next',
                    'billed', CASE number WHEN 0 THEN 'closed' ELSE '%2$s' END
                FROM generate_series(1, %3$s) n, generate_series(0, 1) number;
                """.formatted(organization, state, due));
        API.asSuperuser("VACUUM (ANALYZE) billing.subscriptions, billing.cycles");
        return organization;
    }

    /** Asks PostgreSQL for the plan of whatever is run, as it is run. */
    private static final class Pages {

        private static final ObjectMapper PLANS = new ObjectMapper();

        private final OrganizationId organization;
        private long read;

        private Pages(OrganizationId organization) {
            this.organization = organization;
        }

        int within(ToIntFunction<Database.Transaction> work) {
            return API.database().inOrganization(organization, transaction -> counted(transaction, work));
        }

        int across(ToIntFunction<Database.Transaction> work) {
            return API.database().acrossOrganizations(transaction -> counted(transaction, work));
        }

        private int counted(Database.Transaction transaction, ToIntFunction<Database.Transaction> work) {
            return work.applyAsInt((sql, parameters) -> {
                for (Row row : transaction.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + sql, parameters)) {
                    JsonNode plan = plan(String.valueOf(row.getValue(0)));
                    read += plan.get("Shared Hit Blocks").longValue()
                            + plan.get("Shared Read Blocks").longValue();
                }
                return transaction.execute(sql, parameters);
            });
        }

        private static JsonNode plan(String explained) {
            try {
                return PLANS.readTree(explained).at("/0/Plan");
            } catch (IOException malformed) {
                throw new UncheckedIOException(malformed);
            }
        }
    }
}
