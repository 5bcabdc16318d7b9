package dev.valora.billing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.ingest.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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

    private static String version(Statement statement) throws SQLException {
        try (ResultSet kept =
                statement.executeQuery("SELECT max(version) FROM billing.flyway_schema_history WHERE success")) {
            kept.next();
            return kept.getString(1);
        }
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
