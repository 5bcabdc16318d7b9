package dev.valora.config.postgres;

import dev.valora.config.ExitCode;
import dev.valora.config.StartException;
import dev.valora.config.settings.DatabaseUrl;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reaches a database and refuses one that may lose what it committed. Used at start, through pgjdbc. */
public final class DatabaseChecks {

    /** Connections that the embedded PostgreSQL takes: the most a server may open and some for an operator's tools. */
    static final int EMBEDDED_CONNECTIONS = 60;

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseChecks.class);
    private static final int OLDEST_VERSION = 15;
    private static final int REACH_MILLIS = 10_000;
    private static final int CONNECT_SECONDS = 3;
    private static final int ANSWER_SECONDS = 30;
    private static final int FIRST_PAUSE_MILLIS = 100;
    private static final int LONGEST_PAUSE_MILLIS = 1_600;
    private static final List<String> MUST_BE_ON = List.of("fsync", "full_page_writes", "synchronous_commit");

    private DatabaseChecks() {}

    /**
     * A connection in auto-commit mode. Tries for about ten seconds when nobody listens or PostgreSQL is still starting; a
     * refused login is not tried again.
     */
    public static Connection connect(DatabaseUrl url) throws StartException, InterruptedException {
        return connect(url, REACH_MILLIS);
    }

    static Connection connect(DatabaseUrl url, int reachMillis) throws StartException, InterruptedException {
        long begin = System.nanoTime();
        int pauseMillis = FIRST_PAUSE_MILLIS;
        while (true) {
            try {
                return open(url);
            } catch (SQLException failed) {
                long waitedMillis = (System.nanoTime() - begin) / 1_000_000;
                if (!mayComeUp(failed) || waitedMillis + pauseMillis > reachMillis) {
                    throw new StartException(
                            ExitCode.DATABASE,
                            "The database " + url.database() + " at " + url.address() + " cannot be used by "
                                    + url.user() + ": " + reason(failed) + ".",
                            failed);
                }
                if (pauseMillis == FIRST_PAUSE_MILLIS) {
                    LOG.warn(
                            "The database at {} does not answer yet; trying for {} seconds",
                            url.address(),
                            reachMillis / 1000);
                }
                TimeUnit.MILLISECONDS.sleep(pauseMillis);
                pauseMillis = Math.min(pauseMillis * 2, LONGEST_PAUSE_MILLIS);
            }
        }
    }

    /** Refuses a database that is too old, or whose commits may not survive a power cut. */
    public static void requireDurable(Connection connection, DatabaseUrl url) throws StartException {
        try (Statement statement = connection.createStatement()) {
            int version = Integer.parseInt(show(statement, "server_version_num")) / 10_000;
            if (version < OLDEST_VERSION) {
                throw new StartException(
                        ExitCode.DATABASE,
                        "The database at " + url.address() + " is PostgreSQL " + version + "; Valora needs "
                                + OLDEST_VERSION + " or newer.");
            }
            for (String name : MUST_BE_ON) {
                String value = show(statement, name);
                if (value.equals("off")) {
                    throw new StartException(
                            ExitCode.DATABASE,
                            "The database at " + url.address() + " runs with " + name + " = " + value
                                    + " and may lose what it committed; set " + name + " = on there.");
                }
            }
        } catch (SQLException failed) {
            throw new StartException(
                    ExitCode.DATABASE,
                    "The database at " + url.address() + " does not answer: " + reason(failed) + ".",
                    failed);
        }
    }

    static Connection open(DatabaseUrl url) throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", url.user());
        login.setProperty("password", url.password());
        login.setProperty("connectTimeout", Integer.toString(CONNECT_SECONDS));
        login.setProperty("loginTimeout", Integer.toString(CONNECT_SECONDS));
        login.setProperty("socketTimeout", Integer.toString(ANSWER_SECONDS));
        login.setProperty("tcpKeepAlive", "true");
        login.setProperty("ApplicationName", "valora-start");
        return DriverManager.getConnection(url.jdbcUrl(), login);
    }

    /** Class 08: no connection; 57P03: starting up; 53300: too many connections for the moment. */
    private static boolean mayComeUp(SQLException failed) {
        String state = failed.getSQLState();
        return state == null || state.startsWith("08") || state.equals("57P03") || state.equals("53300");
    }

    /** What PostgreSQL or the network said, as the end of a sentence. */
    static String reason(SQLException failed) {
        String message = failed.getMessage();
        String first = message == null
                ? failed.toString()
                : message.lines().findFirst().orElse("");
        return first.replaceFirst("^FATAL: *", "")
                .replaceFirst(" Check that the hostname and port are correct.*", "")
                .replaceFirst("\\.$", "");
    }

    private static String show(Statement statement, String name) throws SQLException {
        try (ResultSet row = statement.executeQuery("SHOW " + name)) {
            row.next();
            return row.getString(1);
        }
    }
}
