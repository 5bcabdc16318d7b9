package dev.valora.config.postgres;

import dev.valora.config.ExitCode;
import dev.valora.config.StartException;
import dev.valora.config.settings.DatabaseUrl;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One server a database: an advisory lock of a session that stays open as long as the server. A thread of its own looks
 * after the session every other second, so it also tells whether the database answers at all; when the session was lost it
 * takes the lock again, and when another server has it by then, this one must end.
 */
public final class DatabaseLock {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseLock.class);
    /** Any number that no other program is likely to choose: the letters "valora". */
    static final long KEY = 0x76616c6f7261L;

    private static final long LOOK_MILLIS = 2_000;
    /** A killed server's session may take a moment to end. */
    private static final int TRIES = 8;

    private static final long TRY_MILLIS = 150;

    private final DatabaseUrl url;
    private final Consumer<StartException> onLost;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread keeper;
    private volatile boolean databaseAnswers = true;
    /** The keeper's own once it runs; null while the session is lost. */
    private @Nullable Connection session;

    private DatabaseLock(DatabaseUrl url, Connection session, Consumer<StartException> onLost) {
        this.url = url;
        this.session = session;
        this.onLost = onLost;
        this.keeper =
                Thread.ofPlatform().name("valora-database-lock").daemon(true).unstarted(this::keep);
    }

    /**
     * Takes the lock on this connection, which belongs to the lock from here on.
     *
     * @param onLost told once, on the lock's thread, when another server has the database
     * @throws StartException when another server has it
     */
    public static DatabaseLock take(DatabaseUrl url, Connection connection, Consumer<StartException> onLost)
            throws StartException, InterruptedException {
        try {
            for (int i = 1; !locked(connection); i++) {
                if (i == TRIES) {
                    connection.close();
                    throw inUse(url);
                }
                TimeUnit.MILLISECONDS.sleep(TRY_MILLIS);
            }
        } catch (SQLException failed) {
            throw new StartException(
                    ExitCode.DATABASE,
                    "The database at " + url.address() + " does not answer: " + DatabaseChecks.reason(failed) + ".",
                    failed);
        }
        DatabaseLock lock = new DatabaseLock(url, connection, onLost);
        lock.keeper.start();
        return lock;
    }

    /** Whether the database answered when it was last asked, at most a few seconds ago. Any thread. */
    public boolean databaseAnswers() {
        return databaseAnswers;
    }

    /** Gives the lock back and returns when its thread has ended. */
    public void stop() throws InterruptedException {
        closing.countDown();
        keeper.interrupt();
        keeper.join();
    }

    private void keep() {
        try {
            while (!closing.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException stopped) {
            LOG.debug("asked to end");
        } catch (StartException taken) {
            onLost.accept(taken);
        } finally {
            drop();
        }
    }

    private void look() throws StartException {
        Connection current = session;
        try {
            if (current == null) {
                current = DatabaseChecks.open(url);
                if (!locked(current)) {
                    current.close();
                    throw inUse(url);
                }
                session = current;
                LOG.info("The database at {} is back", url.address());
            } else {
                try (Statement statement = current.createStatement()) {
                    statement.execute("SELECT 1");
                }
            }
            databaseAnswers = true;
        } catch (SQLException away) {
            if (databaseAnswers) {
                LOG.warn("The database at {} does not answer: {}", url.address(), DatabaseChecks.reason(away));
            }
            databaseAnswers = false;
            drop();
        }
    }

    private void drop() {
        Connection current = session;
        session = null;
        if (current != null) {
            try {
                current.close();
            } catch (SQLException gone) {
                LOG.debug("the session was gone already", gone);
            }
        }
    }

    private static boolean locked(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_try_advisory_lock(" + KEY + ")")) {
            return row.next() && row.getBoolean(1);
        }
    }

    private static StartException inUse(DatabaseUrl url) {
        return new StartException(
                ExitCode.DATABASE,
                "The database " + url.database() + " at " + url.address()
                        + " is in use by another Valora server; one database belongs to one server.");
    }
}
