package dev.valora.ingest.access;

import dev.valora.ingest.Database;
import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.OrganizationId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Two bounded pools, one a role. A connection takes its role when it starts, and every transaction asks again which role it
 * runs as before its first statement. Any thread but an event loop.
 */
public final class PgDatabase implements Database, AutoCloseable {

    /** The role that sees one organization. */
    static final String APP_ROLE = "valora_app";

    /** The narrow role that sees some columns across organizations. */
    static final String SYSTEM_ROLE = "valora_system";

    private static final String ENTER = "SELECT set_config('app.organization', $1, true), current_user::text";
    private static final int PREPARED_STATEMENTS = 256;
    private static final int PREPARED_STATEMENT_CHARACTERS = 16_384;
    private static final int WAITING_CALLERS = 1_024;
    private static final int ENTER_ATTEMPTS = 3;
    private static final int IDLE_SECONDS = 15;

    /** Sent and not yet answered: enough that PostgreSQL is never idle, and few enough that a limit on time is met. */
    private static final int SENT_STATEMENTS = 4;

    /** Beyond the server's own time limit, for the way there and back. */
    private static final Duration SLACK = Duration.ofSeconds(2);

    /** A lock is waited for a tenth of the time that a statement has. */
    private static final int LOCK_SHARE = 10;

    private final Pool app;
    private final Pool system;
    private final long connectMillis;
    private final long statementMillis;

    /**
     * How to reach PostgreSQL and how long to wait for it.
     *
     * @param url {@code postgresql://user:password@host:port/database}; the user must be allowed to take both roles
     * @param appConnections at most, for work in one organization
     * @param systemConnections at most, for work across organizations
     * @param connectTimeout for a connection to be made, and again for a pooled one to become free
     * @param statementTimeout after which PostgreSQL gives a statement up
     */
    public record Settings(
            String url, int appConnections, int systemConnections, Duration connectTimeout, Duration statementTimeout) {

        public Settings {
            if (appConnections < 1 || systemConnections < 1) {
                throw new IllegalArgumentException("each role needs at least one connection");
            }
            if (connectTimeout.toMillis() < 1 || statementTimeout.toMillis() < 1) {
                throw new IllegalArgumentException("time limits must be at least a millisecond");
            }
        }

        /** Eight and six connections, 5 s to connect, 30 s a statement. */
        public static Settings of(String url) {
            return new Settings(url, 8, 6, Duration.ofSeconds(5), Duration.ofSeconds(30));
        }
    }

    private PgDatabase(Vertx vertx, Settings settings) {
        this.connectMillis = settings.connectTimeout().toMillis();
        this.statementMillis = settings.statementTimeout().toMillis();
        this.app = pool(vertx, settings, APP_ROLE, settings.appConnections());
        this.system = pool(vertx, settings, SYSTEM_ROLE, settings.systemConnections());
    }

    /**
     * Opens both pools and checks their roles. The migrations must have run. Blocks.
     *
     * @throws DatabaseException when PostgreSQL cannot be reached or a role cannot be taken
     * @throws IllegalStateException when a role could pass by row-level security
     */
    public static PgDatabase open(Vertx vertx, Settings settings) {
        PgDatabase database = new PgDatabase(vertx, settings);
        try {
            database.inTransaction(database.app, APP_ROLE, "", PgDatabase::refuseTooStrongRole);
            database.inTransaction(database.system, SYSTEM_ROLE, "", PgDatabase::refuseTooStrongRole);
            return database;
        } catch (RuntimeException refused) {
            database.close();
            throw refused;
        }
    }

    @Override
    public <T> T inOrganization(OrganizationId organization, Work<T> work) {
        return inTransaction(app, APP_ROLE, organization.toString(), work);
    }

    @Override
    public <T> T acrossOrganizations(Work<T> work) {
        return inTransaction(system, SYSTEM_ROLE, "", work);
    }

    /** Closes all connections. Transactions that still run fail. */
    @Override
    public void close() {
        app.close();
        system.close();
    }

    private static Pool pool(Vertx vertx, Settings settings, String role, int connections) {
        long statementMillis = settings.statementTimeout().toMillis();
        PgConnectOptions server = PgConnectOptions.fromUri(settings.url())
                .setCachePreparedStatements(true)
                .setPreparedStatementCacheMaxSize(PREPARED_STATEMENTS)
                .setPreparedStatementCacheSqlLimit(PREPARED_STATEMENT_CHARACTERS)
                .addProperty("application_name", "valora")
                .addProperty("role", role)
                .addProperty("search_path", "pg_catalog")
                .addProperty("TimeZone", "UTC")
                .addProperty("statement_timeout", Long.toString(statementMillis))
                // Who waits for a lock keeps a connection from everybody else, so nobody waits long.
                .addProperty("lock_timeout", Long.toString(Math.max(1, statementMillis / LOCK_SHARE)))
                .addProperty("idle_in_transaction_session_timeout", Long.toString(2 * statementMillis));
        // A peer that went silent answers nothing for ever: without a limit on reading, its connection would stay
        // taken.
        NetClientOptions network = new NetClientOptions()
                .setConnectTimeout(Math.toIntExact(settings.connectTimeout().toMillis()))
                .setTcpKeepAlive(true)
                .setReadIdleTimeout(
                        Math.toIntExact(settings.statementTimeout().plus(SLACK).toSeconds() + IDLE_SECONDS));
        PoolOptions pool = new PoolOptions()
                .setMaxSize(connections)
                .setMaxWaitQueueSize(WAITING_CALLERS)
                .setConnectionTimeout(Math.toIntExact(settings.connectTimeout().toMillis()))
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setEventLoopSize(1);
        return PgBuilder.pool()
                .with(pool)
                .with(network)
                .connectingTo(server)
                .using(vertx)
                .build();
    }

    private static boolean refuseTooStrongRole(Transaction transaction) {
        Row role = transaction
                .execute("SELECT rolname::text, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
                .iterator()
                .next();
        if (role.getBoolean(1) || role.getBoolean(2)) {
            throw new IllegalStateException("the database role " + role.getString(0)
                    + " is a superuser or has BYPASSRLS, so row-level security would not hold; take that from it");
        }
        return true;
    }

    private <T> T inTransaction(Pool pool, String role, String organization, Work<T> work) {
        if (Context.isOnEventLoopThread()) {
            throw new IllegalStateException("the database was called on an event loop, which it would block");
        }
        Running running = entered(pool, role, organization);
        boolean committed = false;
        try {
            T result = work.run(running);
            running.commit();
            committed = true;
            return result;
        } finally {
            running.leave(committed);
        }
    }

    /**
     * A transaction that has begun. A pooled connection may turn out to have died while it was idle; nothing of the work has
     * happened by then, so another one is taken.
     */
    private Running entered(Pool pool, String role, String organization) {
        for (int attempt = 1; ; attempt++) {
            Running running = new Running(connection(pool));
            boolean entered = false;
            try {
                running.enter(role, organization);
                entered = true;
                return running;
            } catch (DatabaseException died) {
                if (attempt == ENTER_ATTEMPTS || !died.isUnavailable() || died.isTimeout()) {
                    throw died;
                }
            } finally {
                if (!entered) {
                    running.leave(false);
                }
            }
        }
    }

    private SqlConnection connection(Pool pool) {
        try {
            return await(pool.getConnection(), 2 * connectMillis + SLACK.toMillis(), "no connection to PostgreSQL");
        } catch (DatabaseException failed) {
            if (failed.sqlState() != null) {
                throw failed;
            }
            throw new DatabaseException(
                    String.valueOf(failed.getMessage()), DatabaseException.NO_CONNECTION, failed.getCause());
        }
    }

    private static <T> T await(Future<T> future, long atMostMillis, String trouble) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(atMostMillis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw translated(trouble, failed.getCause());
        } catch (TimeoutException late) {
            throw new DatabaseException(trouble + ": no answer within " + atMostMillis + " ms", null, late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new DatabaseException(trouble + ": interrupted while waiting", null, interrupted);
        }
    }

    private static RuntimeException translated(String trouble, @Nullable Throwable cause) {
        String message = trouble + ": " + (cause == null ? "unknown" : cause.getMessage());
        if (cause instanceof PgException refused) {
            return new DatabaseException(trouble + ": " + refused.getErrorMessage(), refused.getSqlState(), refused);
        }
        if (cause instanceof VertxException && message.toLowerCase(Locale.ROOT).contains("parameter")) {
            // The driver could not write a parameter, so nothing was sent: a bug of ours, not an outage.
            return new IllegalArgumentException(message, cause);
        }
        return new DatabaseException(message, null, cause);
    }

    /** One transaction on one connection. Owned by the thread that runs the work. */
    private final class Running implements Transaction {
        private final SqlConnection connection;
        private final Queue<Future<?>> sent = new ArrayDeque<>();
        private Future<?> last = Future.succeededFuture();
        private @Nullable RuntimeException failure;
        private boolean open = true;

        private Running(SqlConnection connection) {
            this.connection = connection;
        }

        /** BEGIN and the organization travel together: one way there and back. */
        private void enter(String role, String organization) {
            Future<?> begun = connection.query("BEGIN").execute();
            RowSet<Row> entered = answer(connection.preparedQuery(ENTER).execute(Tuple.of(organization)));
            answer(begun);
            String actual = entered.iterator().next().getString(1);
            if (!role.equals(actual)) {
                throw new IllegalStateException("a connection runs as " + actual + ", not as " + role);
            }
        }

        @Override
        public RowSet<Row> execute(String sql, Tuple parameters) {
            return answer(begun(sql, parameters));
        }

        @Override
        public void send(String sql, Tuple parameters) {
            if (sent.size() == SENT_STATEMENTS) {
                answerOf(sent.remove());
            }
            last = begun(sql, parameters);
            sent.add(last);
        }

        private Future<RowSet<Row>> begun(String sql, Tuple parameters) {
            if (!open) {
                throw new IllegalStateException("the transaction is over");
            }
            if (failure != null) {
                // PostgreSQL would answer COMMIT with a silent ROLLBACK.
                throw failure;
            }
            return connection.preparedQuery(sql).execute(parameters);
        }

        private void commit() {
            open = false;
            if (failure != null) {
                throw failure;
            }
            answerSent();
            answer(connection.query("COMMIT").execute());
        }

        /** Gives the connection back once nothing of this transaction is left on it. */
        private void leave(boolean committed) {
            open = false;
            if (!committed) {
                // A failed ROLLBACK means a broken connection; PostgreSQL then rolls back by itself and the pool drops
                // it.
                last = last.eventually(() -> connection.query("ROLLBACK").execute());
            }
            last.eventually(connection::close);
        }

        private <T> T answer(Future<T> future) {
            last = future;
            answerSent();
            return answerOf(future);
        }

        /** What was sent before is answered before, and what was refused first is the reason of all that follows. */
        private void answerSent() {
            for (Future<?> earlier = sent.poll(); earlier != null; earlier = sent.poll()) {
                answerOf(earlier);
            }
        }

        private <T> T answerOf(Future<T> future) {
            try {
                return await(future, statementMillis + SLACK.toMillis(), "PostgreSQL did not do a statement");
            } catch (RuntimeException failed) {
                // Also what the driver could not write: the work may not know that it was never done.
                failure = failed;
                throw failed;
            }
        }
    }
}
