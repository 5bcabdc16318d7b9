package dev.valora.billing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.ingest.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Who may do what with billing's tables, read from PostgreSQL's own catalog, so that no table can be forgotten here. */
final class RowLevelSecurityTest {

    @AutoClose
    private static final TestDatabase TEST = TestDatabase.create("access", "usage", "billing");

    /** A policy that shows the application the organization of its database transaction, to read and to write. */
    private static final String OWN_ORGANIZATION = """
            p.schemaname = 'billing' AND p.roles = '{valora_app}' AND p.cmd = 'ALL' AND p.permissive = 'PERMISSIVE'
            AND p.qual LIKE '(organization_id = %app.organization%' AND p.with_check = p.qual
            """;

    private static final List<String> HISTORY =
            List.of("arrangements", "audit", "ledger", "price_versions", "transitions", "uninvoiced_cycles");

    @Test
    void shouldForceRowLevelSecurityOnEveryTable() throws SQLException {
        assertEquals(List.of(), TEST.unprotectedTables());
        assertTrue(firstColumn(tables("true")).contains("customers"), "the catalog tells of billing's tables");
    }

    @Test
    void shouldShowEveryTableByOrganization() throws SQLException {
        assertEquals(
                List.of(),
                firstColumn(tables("NOT EXISTS (SELECT FROM pg_policies p WHERE p.tablename = t.tablename AND "
                        + OWN_ORGANIZATION + ")")));
    }

    @Test
    void shouldLetTheSystemOnlyLookForWorkBesideThat() throws SQLException {
        assertEquals(
                List.of(),
                firstColumn(
                        "SELECT p.tablename || ' ' || p.policyname FROM pg_policies p WHERE p.schemaname = 'billing'"
                                + " AND NOT (" + OWN_ORGANIZATION + ")"
                                + " AND NOT (p.roles = '{valora_system}' AND p.cmd = 'SELECT') ORDER BY 1"));
        assertEquals(
                List.of(),
                firstColumn("SELECT table_name || ' ' || privilege_type FROM information_schema.column_privileges"
                        + " WHERE table_schema = 'billing' AND grantee IN ('valora_system', 'PUBLIC')"
                        + " AND privilege_type <> 'SELECT' ORDER BY 1"));
    }

    @Test
    void shouldNeitherDeleteNorRewriteHistory() throws SQLException {
        assertEquals(
                List.of(),
                firstColumn("SELECT table_name || ' ' || privilege_type FROM information_schema.table_privileges"
                        + " WHERE table_schema = 'billing' AND grantee IN ('valora_app', 'valora_system', 'PUBLIC')"
                        + " AND privilege_type NOT IN ('SELECT', 'INSERT', 'UPDATE') ORDER BY 1"));
        List<String> rewritable = firstColumn("SELECT DISTINCT table_name FROM information_schema.column_privileges"
                + " WHERE table_schema = 'billing' AND grantee = 'valora_app' AND privilege_type = 'UPDATE'");
        assertTrue(rewritable.contains("subscriptions"), rewritable.toString());
        assertTrue(Collections.disjoint(rewritable, HISTORY), rewritable.toString());
    }

    private static String tables(String condition) {
        return "SELECT t.tablename FROM pg_tables t WHERE t.schemaname = 'billing'"
                + " AND t.tablename <> 'flyway_schema_history' AND " + condition + " ORDER BY 1";
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
}
