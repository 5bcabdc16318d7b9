package dev.valora.config;

import dev.valora.config.postgres.DatabaseChecks;
import dev.valora.config.postgres.DatabaseLock;
import dev.valora.config.postgres.EmbeddedPostgres;
import dev.valora.config.postgres.Migrations;
import dev.valora.config.settings.DatabaseUrl;
import dev.valora.config.settings.Setting;
import dev.valora.config.settings.Settings;
import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.access.PgDatabase;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** PostgreSQL on the way up: embedded or the operator's own, checked, locked, migrated, and with its pools. */
final class ServerDatabase {

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration STATEMENT = Duration.ofSeconds(30);
    private static final int SYSTEM_SHARE = 4;

    private ServerDatabase() {}

    /** Where the database is; starts the embedded one when the settings name none. */
    static DatabaseUrl locate(Settings settings, Path home, Parts parts) throws StartException, InterruptedException {
        Optional<DatabaseUrl> own = settings.get(Setting.DATABASE_URL);
        if (own.isPresent()) {
            return own.get();
        }
        EmbeddedPostgres postgres = EmbeddedPostgres.start(home);
        parts.add("postgresql", postgres::stop);
        return postgres.url();
    }

    /** Makes sure that the database is durable and this server's alone. */
    static DatabaseLock lock(DatabaseUrl url, Parts parts, Consumer<StartException> onLost)
            throws StartException, InterruptedException {
        Connection connection = DatabaseChecks.connect(url);
        DatabaseChecks.requireDurable(connection, url);
        DatabaseLock lock = DatabaseLock.take(url, connection, onLost);
        parts.add("database lock", lock::stop);
        return lock;
    }

    /** Brings the schemas up to date and opens the pools. */
    static PgDatabase open(DatabaseUrl url, Settings settings, Vertx vertx, Parts parts) throws StartException {
        Migrations.run(url);
        return pools(url, settings, vertx, parts);
    }

    /** Opens the pools on schemas that are up to date. */
    static PgDatabase pools(DatabaseUrl url, Settings settings, Vertx vertx, Parts parts) throws StartException {
        int connections = settings.get(Setting.DATABASE_CONNECTIONS);
        int system = Math.max(2, connections / SYSTEM_SHARE);
        try {
            PgDatabase database = PgDatabase.open(
                    vertx, new PgDatabase.Settings(url.toUri(), connections - system, system, CONNECT, STATEMENT));
            parts.add("database connections", database::close);
            return database;
        } catch (DatabaseException | IllegalStateException refused) {
            throw new StartException(
                    ExitCode.DATABASE,
                    "The database " + url.database() + " at " + url.address() + " does not give " + url.user()
                            + " the roles that Valora works with: " + refused.getMessage() + ".",
                    refused);
        }
    }
}
