package dev.valora.bench.reference;

import dev.valora.config.StartException;
import dev.valora.config.postgres.DatabaseChecks;
import dev.valora.config.postgres.EmbeddedPostgres;
import dev.valora.config.settings.DatabaseUrl;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlClient;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * An embedded PostgreSQL as Valora runs it, with the same settings and checks, and one table of events in it. Closing it stops
 * it.
 */
public final class EventDatabase implements AutoCloseable {

    /** Over all event loops; as many as stock recommendations have for two cores several times over, so that commits share a force. */
    private static final int CONNECTIONS = 16;

    /** Statements on their way on one connection. */
    private static final int PIPELINED = 16;

    private final EmbeddedPostgres postgres;

    private EventDatabase(EmbeddedPostgres postgres) {
        this.postgres = postgres;
    }

    /** Starts it in a new directory. */
    static EventDatabase start(Path directory) throws InterruptedException {
        try {
            EmbeddedPostgres postgres = EmbeddedPostgres.start(directory);
            try (Connection connection = DatabaseChecks.connect(postgres.url());
                    Statement statement = connection.createStatement()) {
                DatabaseChecks.requireDurable(connection, postgres.url());
                statement.execute(StoreEvents.TABLE);
                return new EventDatabase(postgres);
            } catch (StartException | SQLException | InterruptedException e) {
                postgres.stop();
                throw e;
            }
        } catch (StartException | SQLException | IOException e) {
            throw new IllegalStateException("the database did not start: " + e.getMessage(), e);
        }
    }

    /** Where it is, with its password; for another process of this program. */
    String url() {
        return postgres.url().toUri();
    }

    /** A client of one event loop's share of connections; statements follow each other on them without waiting for answers. */
    SqlClient client(Vertx vertx, int loops) {
        PgConnectOptions server =
                PgConnectOptions.fromUri(url()).setCachePreparedStatements(true).setPipeliningLimit(PIPELINED);
        return PgBuilder.client()
                .with(new PoolOptions().setMaxSize(Math.max(1, CONNECTIONS / loops)))
                .connectingTo(server)
                .using(vertx)
                .build();
    }

    /**
     * Counts the events in a database that another process of this program runs.
     *
     * @param url as its ready line told it
     */
    public static long count(String url) throws InterruptedException {
        try (Connection connection = DatabaseChecks.connect(DatabaseUrl.parse(url));
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM usage_event")) {
            row.next();
            return row.getLong(1);
        } catch (StartException | SQLException e) {
            throw new IllegalStateException("the events cannot be counted: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            postgres.stop();
        } catch (IOException e) {
            throw new IllegalStateException("the database did not stop: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
