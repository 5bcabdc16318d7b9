package dev.valora.ingest.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.TestDatabase;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class PgDatabaseTest {

    private static final TestDatabase TEST = TestDatabase.create("access");
    private static final PgDatabase DATABASE = TEST.database();
    private static final OrganizationId ORGANIZATION = new OrganizationId(new UUID(1, 2));

    @AfterAll
    static void closeDatabase() {
        TEST.close();
    }

    @Test
    void shouldRunAsTheRoleAndInTheOrganizationThatWereAskedFor() {
        String sql = "SELECT current_user::text, current_setting('app.organization')";

        Row app = DATABASE.inOrganization(
                ORGANIZATION, transaction -> transaction.execute(sql).iterator().next());
        Row system = DATABASE.acrossOrganizations(
                transaction -> transaction.execute(sql).iterator().next());

        assertEquals("valora_app", app.getString(0));
        assertEquals(ORGANIZATION.toString(), app.getString(1));
        assertEquals("valora_system", system.getString(0));
        assertEquals("", system.getString(1));
    }

    @Test
    void shouldTellTheStateThatPostgresqlSentAndGiveTheConnectionBackClean() {
        try (PgDatabase narrow = open(1, Duration.ofSeconds(5))) {
            for (int i = 0; i < 20; i++) {
                DatabaseException refused = assertThrows(
                        DatabaseException.class,
                        () -> narrow.inOrganization(ORGANIZATION, transaction -> transaction.execute("SELECT 1 / 0")));
                assertEquals("22012", refused.sqlState());
                assertFalse(refused.isUnavailable());
            }
            assertEquals(1, one(narrow));
        }
    }

    @Test
    void shouldRollBackWhenTheWorkThrows() {
        UUID id = UUID.randomUUID();

        assertThrows(
                IllegalArgumentException.class,
                () -> DATABASE.acrossOrganizations(transaction -> {
                    transaction.execute(
                            "INSERT INTO access.organizations (organization_id, name, currency, timezone, window_minutes,"
                                    + " usage_grace_hours, late_usage, net_terms_days, invoice_prefix, created_at)"
                                    + " VALUES ($1, 'x', 'USD', 'UTC', 60, 1, 'bill_next', 0, 'INV-', now())",
                            Tuple.of(id));
                    throw new IllegalArgumentException("on purpose");
                }));

        int rows = DATABASE.acrossOrganizations(transaction -> transaction
                .execute("SELECT 1 FROM access.organizations WHERE organization_id = $1", Tuple.of(id))
                .size());
        assertEquals(0, rows);
    }

    @Test
    void shouldNotCommitWhatIsLeftAfterARefusedStatementThatTheWorkIgnored() {
        assertThrows(
                DatabaseException.class,
                () -> DATABASE.inOrganization(ORGANIZATION, transaction -> {
                    assertThrows(DatabaseException.class, () -> transaction.execute("SELECT 1 / 0"));
                    return "as if nothing had happened";
                }));
    }

    @Test
    void shouldEndAStatementThatTakesTooLong() {
        try (PgDatabase hasty = open(1, Duration.ofMillis(50))) {
            DatabaseException late = assertThrows(
                    DatabaseException.class,
                    () -> hasty.inOrganization(
                            ORGANIZATION, transaction -> transaction.execute("SELECT pg_sleep(60)")));
            assertEquals("57014", late.sqlState());
            assertEquals(1, one(hasty));
        }
    }

    @Test
    void shouldBeUnavailableWhileTheConnectionIsCutAndRecoverByItself() throws SQLException {
        DatabaseException cut = assertThrows(
                DatabaseException.class,
                () -> DATABASE.inOrganization(ORGANIZATION, transaction -> {
                    int process = transaction
                            .execute("SELECT pg_backend_pid()")
                            .iterator()
                            .next()
                            .getInteger(0);
                    onServer("SELECT pg_terminate_backend(" + process + ", 5000)");
                    return transaction.execute("SELECT 1");
                }));

        assertTrue(cut.isUnavailable(), cut.toString());
        assertEquals(1, one(DATABASE));
    }

    @Test
    void shouldRefuseARoleThatCouldPassByRowLevelSecurity() throws SQLException {
        onServer("ALTER ROLE valora_system BYPASSRLS");
        try {
            IllegalStateException refused =
                    assertThrows(IllegalStateException.class, () -> open(1, Duration.ofSeconds(1)));
            assertTrue(refused.toString().contains("valora_system"), refused.toString());
        } finally {
            onServer("ALTER ROLE valora_system NOBYPASSRLS");
        }
    }

    @Test
    void shouldSayThatNobodyListensQuickly() {
        PgDatabase.Settings nowhere = new PgDatabase.Settings(
                "postgresql://a:b@127.0.0.1:1/c", 1, 1, Duration.ofMillis(200), Duration.ofSeconds(1));

        DatabaseException refused = assertThrows(DatabaseException.class, () -> PgDatabase.open(TEST.vertx(), nowhere));

        assertTrue(refused.isUnavailable());
    }

    @Test
    void shouldRefuseToBlockAnEventLoop() {
        Future<Object> onEventLoop = Future.future(promise -> TEST.vertx().runOnContext(ignored -> {
            try {
                promise.complete(one(DATABASE));
            } catch (IllegalStateException refused) {
                promise.fail(refused);
            }
        }));

        assertThrows(
                java.util.concurrent.ExecutionException.class,
                () -> onEventLoop.toCompletionStage().toCompletableFuture().get());
    }

    private static PgDatabase open(int connections, Duration statementTimeout) {
        return PgDatabase.open(
                TEST.vertx(),
                new PgDatabase.Settings(TEST.url(), connections, connections, Duration.ofSeconds(5), statementTimeout));
    }

    private static int one(PgDatabase database) {
        return database.inOrganization(
                ORGANIZATION,
                transaction -> transaction.execute("SELECT 1").iterator().next().getInteger(0));
    }

    private static void onServer(String sql) {
        try (Connection superuser = TEST.superuser();
                Statement statement = superuser.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
