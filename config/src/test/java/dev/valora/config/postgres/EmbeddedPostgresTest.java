package dev.valora.config.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.config.StartException;
import dev.valora.config.settings.DatabaseUrl;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** One installation that lives through all tests, because creating it is what takes long. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class EmbeddedPostgresTest {

    @TempDir
    private static Path directory;

    private Path home() {
        return directory.resolve("with blanks").resolve("postgres");
    }

    @Test
    @Order(1)
    void shouldBeDurableAndKnowNobodyWithoutThePassword() throws Exception {
        EmbeddedPostgres postgres = EmbeddedPostgres.start(home());
        try (Connection connection = DatabaseChecks.connect(postgres.url());
                Statement statement = connection.createStatement()) {
            DatabaseChecks.requireDurable(connection, postgres.url());
            for (String name : List.of("fsync", "synchronous_commit", "full_page_writes")) {
                assertEquals("on", text(statement, "SHOW " + name), name);
            }
            assertEquals("127.0.0.1", text(statement, "SHOW listen_addresses"));
            assertEquals("f", text(statement, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"));
            statement.execute("CREATE TABLE kept (word text)");
            statement.execute("INSERT INTO kept VALUES ('before')");
            DatabaseUrl url = postgres.url();
            DatabaseUrl stranger = new DatabaseUrl(url.host(), url.port(), url.database(), url.user(), "guess");
            StartException refused = assertThrows(StartException.class, () -> DatabaseChecks.connect(stranger));
            assertTrue(refused.sentence().contains("password authentication failed"), refused.sentence());
            assertEquals(
                    PosixFilePermissions.fromString("rw-------"),
                    Files.getPosixFilePermissions(home().resolve("password")));
        } finally {
            postgres.stop();
        }
        assertFalse(postgres.process().isAlive());
    }

    @Test
    @Order(2)
    void shouldStopWhatAKilledServerLeftBehindAndKeepItsData() throws Exception {
        Installation installation = EmbeddedPostgres.install(home(), ChildUser.WAYS_DOWN);
        installation.prepare();
        int port = EmbeddedPostgres.freePort();
        Process orphan = installation.run(port);
        DatabaseUrl url = new DatabaseUrl(
                "127.0.0.1", port, EmbeddedPostgres.DATABASE, EmbeddedPostgres.OWNER, installation.password());
        try (Connection connection = DatabaseChecks.connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO kept VALUES ('orphan')");
            EmbeddedPostgres postgres = EmbeddedPostgres.start(home());
            try {
                assertFalse(orphan.isAlive());
                assertEquals(List.of("before", "orphan"), words(postgres.url()));
            } finally {
                postgres.stop();
            }
        }
    }

    @Test
    @Order(3)
    void shouldStartAgainWhenPostgresItselfWasKilled() throws Exception {
        EmbeddedPostgres postgres = EmbeddedPostgres.start(home());
        try {
            try (Connection connection = DatabaseChecks.connect(postgres.url());
                    Statement statement = connection.createStatement()) {
                statement.execute("INSERT INTO kept VALUES ('killed')");
            }
            ProcessHandle first = postgres.process();
            first.destroyForcibly();
            Awaitility.await().until(() -> !postgres.process().equals(first));
            assertEquals(List.of("before", "orphan", "killed"), words(postgres.url()));
        } finally {
            postgres.stop();
        }
        // A process id in the file that belongs to someone else by now must not keep it from starting.
        Files.write(
                home().resolve("data").resolve("postmaster.pid"),
                List.of(
                        Long.toString(ProcessHandle.current().pid()),
                        home().toString(),
                        "0",
                        "1",
                        "",
                        "",
                        "",
                        "ready"));
        EmbeddedPostgres again = EmbeddedPostgres.start(home());
        again.stop();
    }

    @Test
    @Order(4)
    void shouldGiveTheDatabaseToOneServerOnly() throws Exception {
        EmbeddedPostgres postgres = EmbeddedPostgres.start(home());
        LinkedBlockingQueue<StartException> lost = new LinkedBlockingQueue<>();
        try {
            DatabaseLock first = DatabaseLock.take(postgres.url(), DatabaseChecks.connect(postgres.url()), lost::add);
            StartException refused = assertThrows(
                    StartException.class,
                    () -> DatabaseLock.take(postgres.url(), DatabaseChecks.connect(postgres.url()), lost::add));
            assertTrue(refused.sentence().contains("is in use by another Valora server"), refused.sentence());
            first.stop();
            DatabaseLock second = DatabaseLock.take(postgres.url(), DatabaseChecks.connect(postgres.url()), lost::add);
            // The session is cut, as a restart of the database does, and another server is quicker.
            try (Connection thief = DatabaseChecks.connect(postgres.url());
                    Statement statement = thief.createStatement()) {
                statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE usename = current_user AND pid <> pg_backend_pid()");
                Awaitility.await()
                        .until(() -> text(statement, "SELECT pg_try_advisory_lock(" + DatabaseLock.KEY + ")")
                                .equals("t"));
                StartException taken = lost.poll(15, TimeUnit.SECONDS);
                assertTrue(taken != null && taken.sentence().contains("in use by another"), String.valueOf(taken));
            }
            second.stop();
        } finally {
            postgres.stop();
        }
    }

    @Test
    @Order(5)
    void shouldRefuseADatabaseThatMayLoseWhatItCommitted() throws Exception {
        EmbeddedPostgres postgres = EmbeddedPostgres.start(home());
        try (Connection connection = DatabaseChecks.connect(postgres.url());
                Statement statement = connection.createStatement()) {
            statement.execute("SET synchronous_commit = off");
            StartException refused =
                    assertThrows(StartException.class, () -> DatabaseChecks.requireDurable(connection, postgres.url()));
            assertTrue(refused.sentence().contains("synchronous_commit = off"), refused.sentence());
        } finally {
            postgres.stop();
        }
    }

    @Test
    @Order(6)
    void shouldSayWhatAnUnreachableDatabaseAnswers() throws Exception {
        int port;
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = probe.getLocalPort();
        }
        DatabaseUrl nobody = new DatabaseUrl("127.0.0.1", port, "bills", "ann", "secret");
        StartException refused = assertThrows(StartException.class, () -> DatabaseChecks.connect(nobody, 300));
        assertTrue(refused.sentence().contains("127.0.0.1:" + port), refused.sentence());
        assertTrue(refused.sentence().contains("refused"), refused.sentence());
        assertFalse(refused.sentence().contains("secret"), refused.sentence());
    }

    @Test
    @Order(7)
    void shouldBecomeNobodyWhereNamespacesAreForbidden() throws Exception {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "only root has something to give up");
        List<List<String>> noNamespace = ChildUser.WAYS_DOWN.stream()
                .filter(way -> !way.contains("unshare"))
                .toList();
        Path open = Files.createDirectories(directory.resolve("with blanks"));
        StartException closed =
                assertThrows(StartException.class, () -> EmbeddedPostgres.start(open.resolve("postgres"), noNamespace));
        assertTrue(closed.sentence().contains("the user nobody cannot enter"), closed.sentence());
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        EmbeddedPostgres postgres = EmbeddedPostgres.start(open.resolve("postgres"), noNamespace);
        try {
            assertEquals(List.of("before", "orphan", "killed"), words(postgres.url()));
            assertEquals("nobody", postgres.process().info().user().orElse(""));
        } finally {
            postgres.stop();
        }
        StartException none =
                assertThrows(StartException.class, () -> EmbeddedPostgres.start(open.resolve("postgres"), List.of()));
        assertTrue(none.sentence().contains("cannot run as root"), none.sentence());
    }

    private static List<String> words(DatabaseUrl url) throws Exception {
        List<String> words = new ArrayList<>();
        try (Connection connection = DatabaseChecks.connect(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT word FROM kept")) {
            while (rows.next()) {
                words.add(rows.getString(1));
            }
        }
        return words;
    }

    private static String text(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            assertTrue(row.next());
            return row.getString(1);
        }
    }
}
