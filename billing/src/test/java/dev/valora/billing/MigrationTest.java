package dev.valora.billing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.aggregator.store.PgQuantityReader;
import dev.valora.billing.invoices.InvoiceReview;
import dev.valora.ingest.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows are carried over; those that cannot be stop the migration instead of being dropped. */
final class MigrationTest {

    /** A ledger in other terms, and ids that are derived in another way. */
    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void shouldRefuseADatabaseWithSubscriptionsOfADevelopmentVersion(String version) throws SQLException {
        try (TestDatabase test = TestDatabase.create("access", "usage")) {
            billing(test, version).migrate();
            try (Connection superuser = test.superuser();
                    Statement statement = superuser.createStatement()) {
                statement.execute("SET session_replication_role = replica");
                statement.execute("INSERT INTO billing.subscriptions (organization_id, id, customer_id, status,"
                        + " interval_unit, interval_count, start_date, starts_at, created_at) VALUES"
                        + " (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'active', 'month', 1,"
                        + " '2026-01-01', '2026-01-01Z', '2026-01-01Z')");
                Flyway newest = billing(test, "latest");
                FlywayException refused = assertThrows(FlywayException.class, newest::migrate);
                assertTrue(
                        String.valueOf(refused.getMessage()).contains("holds subscriptions of a development version"),
                        refused.getMessage());
                assertEquals(version, version(statement));
            }
        }
    }

    /** What a subscription that never changed began with is what is arranged for it. */
    @Test
    void shouldCarryOverSubscriptionsThatNeverChanged() throws SQLException {
        try (TestDatabase test = TestDatabase.create("access", "usage")) {
            billing(test, "5").migrate();
            try (Connection superuser = test.superuser();
                    Statement statement = superuser.createStatement()) {
                sell(statement, "'2026-01-01', NULL, '2026-01-01', NULL");
                billing(test, "latest").migrate();
                try (ResultSet kept = statement.executeQuery(
                        "SELECT number, day, charging, items = ARRAY(SELECT id FROM billing.items ORDER BY created_order)"
                                + " FROM billing.arrangements")) {
                    assertTrue(kept.next());
                    assertEquals(0, kept.getInt(1));
                    assertEquals("2026-01-01", kept.getString(2));
                    assertEquals("by_days", kept.getString(3));
                    assertTrue(kept.getBoolean(4));
                    assertFalse(kept.next());
                }
            }
        }
    }

    /** Who took the place of an item that has ended is not known; nor who was replaced by one that began later. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "'2026-01-01', '2026-01-20', '2026-01-01', '2026-01-20'",
                "'2026-01-20', NULL, '2026-01-20', NULL",
                "'2026-01-01', NULL, '2026-02-01', NULL"
            })
    void shouldRefuseSubscriptionsThatHaveChanged(String days) throws SQLException {
        try (TestDatabase test = TestDatabase.create("access", "usage")) {
            billing(test, "5").migrate();
            try (Connection superuser = test.superuser();
                    Statement statement = superuser.createStatement()) {
                sell(statement, days);
                Flyway newest = billing(test, "latest");
                FlywayException refused = assertThrows(FlywayException.class, newest::migrate);
                assertTrue(
                        String.valueOf(refused.getMessage()).contains("holds changed subscriptions"),
                        refused.getMessage());
                assertEquals("5", version(statement));
            }
        }
    }

    /** Documents become text without being written anew, so that what was hashed is still what is there. */
    @Test
    void shouldKeepInvoicesToTheByteWhenTheyBecomeText() throws SQLException {
        try (BillingApi api = new BillingApi("2026-01-01T00:00:00Z");
                TestDatabase test = TestDatabase.create("access", "usage")) {
            SoldMonths sold = new SoldMonths(api);
            sold.subscribe("'plan':'pro'");
            sold.usage("2026-01-10T00:00:00Z", "12.5");
            sold.usage("2026-01-11T00:00:00Z", "2026-02-05T00:00:00Z", "7");
            sold.turn("2026-03-03T00:00:00Z");
            sold.voidInvoice(1, true);
            billing(test, "6").migrate();
            try (Connection from = api.superuser();
                    Connection to = test.superuser();
                    Statement old = to.createStatement()) {
                copy(from, to);
                String hashes = "SELECT string_agg(concat_ws(' ', number, md5(terms::text), md5(lines::text)), ', '"
                        + " ORDER BY number) FROM billing.invoices";
                String before = text(old, hashes);
                billing(test, "latest").migrate();
                assertEquals(before, text(old, hashes));
                assertEquals(
                        List.of("INV-000001 []", "INV-000002 []", "INV-000003 []", "INV-000004 []"), reviewed(test));
                SQLException refused = assertThrows(
                        SQLException.class, () -> old.execute("UPDATE billing.invoices SET terms = 'not JSON'"));
                assertTrue(
                        String.valueOf(refused.getMessage()).contains("invalid input syntax for type json"),
                        refused.getMessage());
            }
        }
    }

    /** Every row of every table, into the same tables of an older version; there, documents are JSON. */
    private static void copy(Connection from, Connection to) throws SQLException {
        try (Statement source = from.createStatement();
                Statement target = to.createStatement()) {
            target.execute("SET session_replication_role = replica");
            for (String table : column(
                    target,
                    "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
                            + " WHERE schemaname IN ('access', 'usage', 'billing') AND tablename <> 'flyway_schema_history'"
                            + " ORDER BY 1")) {
                target.execute("DELETE FROM " + table);
                for (String row : column(source, "SELECT row_to_json(r) FROM " + table + " r")) {
                    try (PreparedStatement insertion = to.prepareStatement("INSERT INTO " + table
                            + " OVERRIDING SYSTEM VALUE SELECT * FROM json_populate_record(NULL::" + table
                            + ", ?::json)")) {
                        insertion.setString(1, row);
                        insertion.execute();
                    }
                }
            }
            target.execute(
                    "UPDATE billing.invoices SET terms = (terms #>> '{}')::json, lines = (lines #>> '{}')::json");
            target.execute("SET session_replication_role = origin");
        }
    }

    /** Every invoice, with where it is no longer as it was finalized. */
    private static List<String> reviewed(TestDatabase test) {
        List<String> reviewed = new ArrayList<>();
        new InvoiceReview(test.database(), new PgQuantityReader())
                .run(invoice -> reviewed.add(invoice.number() + " " + invoice.differences()));
        return reviewed;
    }

    private static List<String> column(Statement statement, String query) throws SQLException {
        List<String> values = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    private static String text(Statement statement, String query) throws SQLException {
        return column(statement, query).getFirst();
    }

    private static String version(Statement statement) throws SQLException {
        return text(statement, "SELECT max(version) FROM billing.flyway_schema_history WHERE success");
    }

    /** A subscription with two items, the second of which lives and is charged on other days. */
    private static void sell(Statement statement, String days) throws SQLException {
        String id = "'8a2e1f7c-0d4b-4c8e-9b1a-3f5d7c9e1b2d'";
        statement.execute("SET session_replication_role = replica");
        statement.execute("INSERT INTO billing.subscriptions (organization_id, id, customer_id, status,"
                + " interval_unit, interval_count, start_date, starts_at, created_at) VALUES"
                + " (" + id + ", " + id + ", gen_random_uuid(), 'active', 'month', 1,"
                + " '2026-01-01', '2026-01-01Z', '2026-01-01Z')");
        for (String one : List.of("'2026-01-01', NULL, '2026-01-01', NULL", days)) {
            statement.execute("INSERT INTO billing.items (organization_id, id, subscription_id, price, quantity,"
                    + " start_date, end_date, charged_from, charged_until) VALUES (" + id + ", gen_random_uuid(), " + id
                    + ", 'seats', 1, " + one + ")");
        }
    }

    private static Flyway billing(TestDatabase test, String target) {
        String url = test.url();
        return Flyway.configure()
                .dataSource("jdbc:postgresql://" + url.substring(url.indexOf('@') + 1), "valora_owner", "valora_owner")
                .schemas("billing")
                .defaultSchema("billing")
                .locations("classpath:db/billing")
                .target(target)
                .load();
    }
}
