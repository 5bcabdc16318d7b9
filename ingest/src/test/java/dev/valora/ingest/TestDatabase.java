package dev.valora.ingest;

import dev.valora.ingest.access.PgDatabase;
import io.vertx.core.Vertx;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.flywaydb.core.Flyway;

/**
 * A fresh, migrated database on a real PostgreSQL. The server is started once a JVM and ends with it; each list of schemas is
 * migrated once, into a template that is then copied for every test class. Open one per class and close it after the last
 * test. Any thread.
 *
 * <p>As in production the owner of the tables is no superuser: it may log in and create roles, nothing more.
 */
public final class TestDatabase implements AutoCloseable {

    private static final String OWNER = "valora_owner";
    private static final Object LOCK = new Object();
    private static final Set<String> TEMPLATES = new HashSet<>();
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String name;
    private final PgDatabase database;

    private TestDatabase(String name) {
        this.name = name;
        this.database = PgDatabase.open(SharedVertx.VERTX, PgDatabase.Settings.of(url()));
    }

    /** Started by the first test that needs it. */
    private static final class Server {
        private static final EmbeddedPostgres POSTGRES = start();

        private static EmbeddedPostgres start() {
            try {
                EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                        .setServerConfig("max_connections", "200")
                        .start();
                try (Connection superuser = superuser(postgres, "postgres");
                        Statement statement = superuser.createStatement()) {
                    statement.execute("CREATE ROLE " + OWNER + " LOGIN CREATEROLE CREATEDB PASSWORD '" + OWNER + "'");
                }
                return postgres;
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            } catch (SQLException failed) {
                throw new IllegalStateException(failed);
            }
        }
    }

    private static final class SharedVertx {
        private static final Vertx VERTX = start();

        private static Vertx start() {
            Vertx vertx = Vertx.vertx();
            Runtime.getRuntime().addShutdownHook(new Thread(vertx::close));
            return vertx;
        }
    }

    /**
     * A database with these schemas, migrated in this order from {@code classpath:db/<schema>}.
     *
     * @param schemas such as {@code "access", "usage"}
     */
    public static TestDatabase create(String... schemas) {
        List<String> wanted = List.of(schemas);
        String template = "template_" + String.join("_", wanted);
        String name = "test_" + NUMBER.incrementAndGet();
        synchronized (LOCK) {
            if (!TEMPLATES.contains(template)) {
                onServer("CREATE DATABASE " + template + " OWNER " + OWNER);
                wanted.forEach(schema -> migrate(template, schema));
                TEMPLATES.add(template);
            }
            onServer("CREATE DATABASE " + name + " OWNER " + OWNER + " TEMPLATE " + template);
        }
        return new TestDatabase(name);
    }

    /** Logged in as the owner, with both roles to take. */
    public PgDatabase database() {
        return database;
    }

    /** For another {@link PgDatabase} on the same data: {@code postgresql://user:password@host:port/database}. */
    public String url() {
        return "postgresql://" + OWNER + ":" + OWNER + "@127.0.0.1:" + port() + "/" + name;
    }

    /** Where PostgreSQL listens on 127.0.0.1. */
    public int port() {
        return Server.POSTGRES.getPort();
    }

    /** The Vert.x that all test databases of this JVM share. */
    public Vertx vertx() {
        return SharedVertx.VERTX;
    }

    /** A connection beside the application that sees everything: for checking rows and for breaking things. */
    public Connection superuser() throws SQLException {
        return superuser(Server.POSTGRES, name);
    }

    /**
     * Tables, Flyway's own apart, that could show one organization another's rows: row-level security is off or not forced, or
     * an application's role owns them. Every module asserts that there are none.
     */
    public List<String> unprotectedTables() throws SQLException {
        String sql = """
                SELECT c.oid::regclass::text
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
                    AND c.relname <> 'flyway_schema_history'
                    AND (NOT c.relrowsecurity OR NOT c.relforcerowsecurity
                        OR pg_get_userbyid(c.relowner) IN ('valora_app', 'valora_system'))
                ORDER BY 1
                """;
        List<String> tables = new ArrayList<>();
        try (Connection superuser = superuser();
                Statement statement = superuser.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                tables.add(rows.getString(1));
            }
        }
        return tables;
    }

    /** Ends the connections and drops the database. */
    @Override
    public void close() {
        database.close();
        onServer("DROP DATABASE " + name + " WITH (FORCE)");
    }

    private static void migrate(String databaseName, String schema) {
        Flyway.configure()
                .dataSource(
                        "jdbc:postgresql://127.0.0.1:" + Server.POSTGRES.getPort() + "/" + databaseName, OWNER, OWNER)
                .schemas(schema)
                .defaultSchema(schema)
                .locations("classpath:db/" + schema)
                .load()
                .migrate();
    }

    private static Connection superuser(EmbeddedPostgres postgres, String databaseName) throws SQLException {
        return DriverManager.getConnection(postgres.getJdbcUrl("postgres", databaseName), "postgres", "postgres");
    }

    private static void onServer(String sql) {
        try (Connection superuser = superuser(Server.POSTGRES, "postgres");
                Statement statement = superuser.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }
}
