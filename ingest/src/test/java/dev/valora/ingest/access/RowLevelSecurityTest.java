package dev.valora.ingest.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.TestDatabase;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What PostgreSQL itself refuses, whatever the statement says. */
final class RowLevelSecurityTest {

    private static final TestDatabase TEST = TestDatabase.create("access");
    private static final PgDatabase DATABASE = TEST.database();
    private static final OrganizationId A = new OrganizationId(new UUID(0xA, 0));
    private static final OrganizationId B = new OrganizationId(new UUID(0xB, 0));
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    @BeforeAll
    static void fillBothOrganizations() throws SQLException {
        for (OrganizationId organization : List.of(A, B)) {
            String id = "'" + organization + "'";
            asSuperuser("INSERT INTO access.organizations (organization_id, name, currency, timezone, window_minutes,"
                    + " usage_grace_hours, late_usage, net_terms_days, invoice_prefix, created_at)"
                    + " VALUES (" + id + ", 'x', 'USD', 'UTC', 60, 1, 'bill_next', 0, 'INV-', now())");
            asSuperuser("INSERT INTO access.api_keys (organization_id, key_id, name, prefix, secret_sha256, scopes,"
                    + " created_at) VALUES (" + id + ", gen_random_uuid(), 'x', 'vk_12345678', sha256(" + id
                    + "::bytea),"
                    + " '{admin}', now())");
            asSuperuser(
                    "INSERT INTO access.meters (organization_id, code, aggregation, event_type, dimensions, created_at)"
                            + " VALUES (" + id + ", 'calls', 'count', 'calls', '{}', now())");
            asSuperuser(
                    "INSERT INTO access.idempotent_replies (organization_id, key, request_hash, claimed_at, expires_at)"
                            + " VALUES (" + id + ", 'k', 'h', now(), now())");
        }
        asSuperuser("INSERT INTO access.operator_replies (key, request_hash, claimed_at, expires_at)"
                + " VALUES ('k', 'h', now(), now())");
    }

    @AfterAll
    static void closeDatabase() {
        TEST.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"organizations", "api_keys", "meters", "idempotent_replies"})
    void shouldShowOnlyItsOwnRowsWithoutAnyCondition(String table) {
        String everything = "SELECT organization_id FROM access." + table;

        List<UUID> seen = DATABASE.inOrganization(A, transaction -> {
            List<UUID> ids = new ArrayList<>();
            for (Row row : transaction.execute(everything)) {
                ids.add(row.getUUID(0));
            }
            return ids;
        });

        assertEquals(List.of(A.value()), seen);
    }

    @ParameterizedTest
    @CsvSource({
        "UPDATE access.organizations SET name = 'stolen'",
        "UPDATE access.api_keys SET revoked_at = now()",
        "UPDATE access.meters SET name = 'stolen'",
        "UPDATE access.idempotent_replies SET request_hash = 'stolen'",
        "DELETE FROM access.idempotent_replies",
    })
    void shouldChangeOnlyItsOwnRowsWithoutAnyCondition(String sql) {
        int[] changed = new int[2];
        assertThrows(
                RolledBack.class,
                () -> DATABASE.inOrganization(A, transaction -> {
                    // Another organization's row is not found when it is named, either.
                    changed[0] = transaction
                            .execute(sql + " WHERE organization_id = $1", Tuple.of(B.value()))
                            .rowCount();
                    changed[1] = transaction.execute(sql).rowCount();
                    throw new RolledBack();
                }));
        assertEquals(0, changed[0]);
        assertEquals(1, changed[1]);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO access.api_keys (organization_id, key_id, name, prefix, secret_sha256, scopes, created_at)"
                        + " VALUES ($1, gen_random_uuid(), 'x', 'vk_12345678', sha256('y'), '{admin}', now())",
                "INSERT INTO access.meters (organization_id, code, aggregation, event_type, dimensions, created_at)"
                        + " VALUES ($1, 'theirs', 'count', 'calls', '{}', now())",
                "INSERT INTO access.idempotent_replies (organization_id, key, request_hash, claimed_at, expires_at)"
                        + " VALUES ($1, 'theirs', 'h', now(), now())",
                "UPDATE access.idempotent_replies SET organization_id = $1"
            })
    void shouldRefuseRowsOfAnotherOrganization(String sql) {
        DatabaseException refused = assertThrows(
                DatabaseException.class,
                () -> DATABASE.inOrganization(A, transaction -> transaction.execute(sql, Tuple.of(B.value()))));
        assertEquals(INSUFFICIENT_PRIVILEGE, refused.sqlState());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DELETE FROM access.organizations",
                "INSERT INTO access.organizations (organization_id) VALUES (gen_random_uuid())",
                "UPDATE access.organizations SET currency = 'EUR'",
                "UPDATE access.organizations SET timezone = 'UTC'",
                "SELECT secret_sha256 FROM access.api_keys",
                "UPDATE access.api_keys SET scopes = '{admin}'",
                "DELETE FROM access.api_keys",
                "UPDATE access.meters SET aggregation = 'sum'",
                "DELETE FROM access.meters",
                "SELECT * FROM access.operator_replies",
                "SELECT * FROM access.flyway_schema_history",
                "TRUNCATE access.meters",
                "ALTER TABLE access.meters DISABLE ROW LEVEL SECURITY",
                "CREATE TABLE access.mine (x int)"
            })
    void shouldNotDoWhatTheApplicationNeverDoes(String sql) {
        assertEquals(INSUFFICIENT_PRIVILEGE, stateOf(() -> DATABASE.inOrganization(A, work -> work.execute(sql))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT name FROM access.api_keys",
                "UPDATE access.api_keys SET revoked_at = NULL",
                "UPDATE access.organizations SET name = 'x'",
                "SELECT name FROM access.meters",
                "UPDATE access.meters SET name = 'x'",
                "INSERT INTO access.meters (code) VALUES ('x')",
                "SELECT body FROM access.idempotent_replies",
                "UPDATE access.idempotent_replies SET body = NULL",
                "CREATE TABLE access.mine (x int)"
            })
    void shouldKeepTheSystemRoleNarrow(String sql) {
        assertEquals(INSUFFICIENT_PRIVILEGE, stateOf(() -> DATABASE.acrossOrganizations(work -> work.execute(sql))));
    }

    @Test
    void shouldShowNothingWithoutAnOrganization() throws SQLException {
        try (Connection superuser = TEST.superuser();
                Statement statement = superuser.createStatement()) {
            statement.execute("SET ROLE valora_app");
            for (String table : List.of("organizations", "api_keys", "meters", "idempotent_replies")) {
                try (ResultSet rows = statement.executeQuery("SELECT organization_id FROM access." + table)) {
                    assertFalse(rows.next(), table);
                }
            }
        }
    }

    @Test
    void shouldForceRowLevelSecurityOnEveryTable() throws SQLException {
        assertEquals(List.of(), TEST.unprotectedTables());

        asSuperuser("CREATE TABLE access.forgotten (organization_id uuid)");
        asSuperuser("CREATE TABLE access.not_forced (x int)");
        asSuperuser("ALTER TABLE access.not_forced ENABLE ROW LEVEL SECURITY");
        asSuperuser("CREATE TABLE access.owned (x int)");
        asSuperuser("ALTER TABLE access.owned ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY");
        asSuperuser("ALTER TABLE access.owned OWNER TO valora_app");
        assertEquals(List.of("access.forgotten", "access.not_forced", "access.owned"), TEST.unprotectedTables());
        asSuperuser("DROP TABLE access.forgotten, access.not_forced, access.owned");
    }

    @Test
    void shouldGiveTheRolesNoPowerOfTheirOwn() throws SQLException {
        assertEquals(
                List.of(),
                firstColumn("SELECT rolname FROM pg_roles WHERE rolname IN ('valora_app', 'valora_system')"
                        + " AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolcanlogin)"));
        assertEquals(
                List.of(),
                firstColumn("SELECT roleid::regrole::text FROM pg_auth_members"
                        + " WHERE member IN ('valora_app'::regrole, 'valora_system'::regrole)"));
    }

    /** Leaves the rows as they were for the other tests. */
    private static final class RolledBack extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static String stateOf(Executable work) {
        return String.valueOf(assertThrows(DatabaseException.class, work).sqlState());
    }

    private static List<String> firstColumn(String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Connection superuser = TEST.superuser();
                Statement statement = superuser.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    private static void asSuperuser(String sql) throws SQLException {
        try (Connection superuser = TEST.superuser();
                Statement statement = superuser.createStatement()) {
            statement.execute(sql);
        }
    }
}
