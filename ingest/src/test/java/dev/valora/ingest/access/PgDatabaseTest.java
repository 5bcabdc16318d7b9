package dev.valora.ingest.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.ingest.Database;
import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.DatabaseProxy;
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
import java.util.concurrent.ExecutionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
                    insertOrganization(transaction, id);
                    throw new IllegalArgumentException("on purpose");
                }));

        assertEquals(0, organizations(id));
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
    void shouldDoWhatWasSentBeforeWhatFollows() {
        UUID id = UUID.randomUUID();
        String rename = "UPDATE access.organizations SET name = $2 WHERE organization_id = $1";
        DATABASE.acrossOrganizations(transaction -> {
            insertOrganization(transaction, id);
            return true;
        });

        OrganizationId own = new OrganizationId(id);
        assertEquals("third", DATABASE.inOrganization(own, transaction -> {
            transaction.send(rename, Tuple.of(id, "first"));
            transaction.send(rename, Tuple.of(id, "second"));
            transaction.send(rename, Tuple.of(id, "third"));
            return transaction
                    .execute("SELECT name FROM access.organizations")
                    .iterator()
                    .next()
                    .getString(0);
        }));
        DATABASE.inOrganization(own, transaction -> {
            transaction.send(rename, Tuple.of(id, "last"));
            return true;
        });
        assertEquals("last", nameOf(own));
    }

    /** Also when nothing waits for it but the commit; what else was sent is undone with it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTellWhoeverWaitsNextWhatWasRefusedFirst(boolean waits) {
        UUID id = UUID.randomUUID();
        DATABASE.acrossOrganizations(transaction -> {
            insertOrganization(transaction, id);
            return true;
        });
        OrganizationId own = new OrganizationId(id);
        String before = nameOf(own);

        DatabaseException refused = assertThrows(
                DatabaseException.class,
                () -> DATABASE.inOrganization(own, transaction -> {
                    transaction.send("UPDATE access.organizations SET name = 'sent'", Tuple.tuple());
                    transaction.send("SELECT 1 / 0", Tuple.tuple());
                    transaction.send("UPDATE access.organizations SET name = 'behind it'", Tuple.tuple());
                    return waits ? transaction.execute("SELECT 1").size() : 0;
                }));

        assertEquals("22012", refused.sqlState());
        assertEquals(before, nameOf(own));
    }

    private static String nameOf(OrganizationId organization) {
        return DATABASE.inOrganization(
                        organization,
                        transaction -> transaction
                                .execute("SELECT name FROM access.organizations")
                                .iterator()
                                .next())
                .getString(0);
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
                ExecutionException.class,
                () -> onEventLoop.toCompletionStage().toCompletableFuture().get());
    }

    @Test
    void shouldLeaveTheOutcomeOpenWhenTheAnswerToCommitIsLost() {
        UUID id = UUID.randomUUID();
        try (DatabaseProxy proxy = new DatabaseProxy(TEST.port());
                PgDatabase database = open(proxy, Duration.ofSeconds(5))) {
            DatabaseException lost = assertThrows(
                    DatabaseException.class,
                    () -> database.acrossOrganizations(transaction -> {
                        insertOrganization(transaction, id);
                        proxy.mute();
                        TEST.vertx().executeBlocking(() -> {
                            Awaitility.await().until(() -> organizations(id) == 1);
                            proxy.cut();
                            return true;
                        });
                        return true;
                    }));

            assertNull(lost.sqlState());
            assertTrue(lost.isUnavailable());
            assertEquals(1, organizations(id));
            proxy.restore();
            assertEquals(1, one(database));
        }
    }

    @Test
    void shouldNotWaitForAnAnswerForEver() {
        try (DatabaseProxy proxy = new DatabaseProxy(TEST.port());
                PgDatabase database = open(proxy, Duration.ofMillis(100))) {
            DatabaseException silent = assertThrows(
                    DatabaseException.class,
                    () -> database.inOrganization(ORGANIZATION, transaction -> {
                        proxy.mute();
                        return transaction.execute("SELECT 1");
                    }));
            assertTrue(silent.isUnavailable());

            // The only connection is still owed an answer: others are told soon that there is none.
            assertTrue(
                    assertThrows(DatabaseException.class, () -> one(database)).isUnavailable());

            proxy.restore();
            Awaitility.await().ignoreExceptions().until(() -> one(database) == 1);
        }
    }

    @Test
    void shouldTellAMistakeInAParameterFromAnOutage() {
        assertThrows(
                IllegalArgumentException.class,
                () -> DATABASE.inOrganization(
                        ORGANIZATION, transaction -> transaction.execute("SELECT $1::uuid", Tuple.of("no uuid"))));
        assertEquals(1, one(DATABASE));
    }

    private static PgDatabase open(DatabaseProxy proxy, Duration statementTimeout) {
        return PgDatabase.open(
                TEST.vertx(),
                new PgDatabase.Settings(proxy.through(TEST.url()), 1, 1, Duration.ofMillis(500), statementTimeout));
    }

    private static void insertOrganization(Database.Transaction transaction, UUID id) {
        transaction.execute(
                "INSERT INTO access.organizations (organization_id, name, currency, timezone, window_minutes,"
                        + " usage_grace_hours, late_usage, net_terms_days, invoice_prefix, created_at)"
                        + " VALUES ($1, 'x', 'USD', 'UTC', 60, 1, 'bill_next', 0, 'INV-', now())",
                Tuple.of(id));
    }

    private static int organizations(UUID id) {
        return DATABASE.acrossOrganizations(transaction -> transaction
                .execute("SELECT 1 FROM access.organizations WHERE organization_id = $1", Tuple.of(id))
                .size());
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
