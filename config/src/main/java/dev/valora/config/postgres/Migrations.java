package dev.valora.config.postgres;

import dev.valora.config.ExitCode;
import dev.valora.config.StartException;
import dev.valora.config.settings.DatabaseUrl;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings every module's schema to the version that this server knows. */
public final class Migrations {

    /** In this order: a later schema may refer to an earlier one. */
    public static final List<String> SCHEMAS = List.of("access", "usage", "billing");

    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

    private Migrations() {}

    /**
     * Runs what has not run yet, as the user of the URL, who then owns the schemas.
     *
     * @throws StartException when a migration fails or failed before, when one was changed after it ran, or when the schema was
     *     made by a newer Valora
     */
    public static void run(DatabaseUrl url) throws StartException {
        for (String schema : SCHEMAS) {
            Flyway flyway = Flyway.configure()
                    .dataSource(url.jdbcUrl(), url.user(), url.password())
                    .schemas(schema)
                    .defaultSchema(schema)
                    .locations("classpath:db/" + schema)
                    // Flyway's default would let an old server run on a newer schema.
                    .ignoreMigrationPatterns(new String[0])
                    .load();
            run(flyway, schema, url);
        }
    }

    private static void run(Flyway flyway, String schema, DatabaseUrl url) throws StartException {
        try {
            refuseNewer(flyway.info().applied(), schema, url);
            int count = flyway.migrate().migrationsExecuted;
            if (count > 0) {
                LOG.info("Schema {}: {} migrations ran", schema, count);
            }
        } catch (FlywayException failed) {
            throw new StartException(
                    ExitCode.DATABASE,
                    "The schema " + schema + " of the database at " + url.address() + " cannot be brought up to date: "
                            + firstSentence(failed) + ".",
                    failed);
        }
    }

    private static void refuseNewer(MigrationInfo[] applied, String schema, DatabaseUrl url) throws StartException {
        Optional<MigrationInfo> newer = Arrays.stream(applied)
                .filter(info -> info.getState() == MigrationState.FUTURE_SUCCESS
                        || info.getState() == MigrationState.FUTURE_FAILED)
                .findFirst();
        if (newer.isPresent()) {
            throw new StartException(
                    ExitCode.DATABASE,
                    "The schema " + schema + " of the database at " + url.address()
                            + " was made by a newer Valora (version "
                            + newer.get().getVersion() + "); start that one.");
        }
    }

    private static String firstSentence(FlywayException failed) {
        String message = String.valueOf(failed.getMessage());
        String words = message.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.matches("-+"))
                .limit(3)
                .reduce((left, right) -> left + ", " + right)
                .orElse("");
        return words.replaceFirst("\\.$", "");
    }
}
