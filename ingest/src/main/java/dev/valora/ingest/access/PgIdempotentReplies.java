package dev.valora.ingest.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.ingest.Database;
import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.IdempotentReplies;
import dev.valora.ingest.Json;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Reply;
import dev.valora.ingest.Ticker;
import dev.valora.ingest.Timestamps;
import dev.valora.ingest.WallClock;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replies in PostgreSQL, those to the operator in a table of their own. A key is claimed by a row without an answer; a claim
 * whose request never came to an end, because the server died, may be taken over after two minutes. Expired rows are purged
 * a few at a time by the requests that come by.
 */
public final class PgIdempotentReplies implements IdempotentReplies {

    static final Duration KEPT = Duration.ofHours(24);

    /** Longer than any request may take. */
    static final Duration CLAIM_HELD = Duration.ofMinutes(2);

    static final long PURGE_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);
    static final int PURGED_ROWS = 500;

    private static final Logger LOG = LoggerFactory.getLogger(PgIdempotentReplies.class);
    private static final String OWN = "access.idempotent_replies";
    private static final String OPERATOR = "access.operator_replies";

    private final Database database;
    private final WallClock clock;
    private final Ticker ticker;
    private final AtomicLong purgedNanos;

    public PgIdempotentReplies(Database database, WallClock clock, Ticker ticker) {
        this.database = database;
        this.clock = clock;
        this.ticker = ticker;
        this.purgedNanos = new AtomicLong(ticker.nanos());
    }

    @Override
    public Claim claim(@Nullable OrganizationId organization, String key, String requestHash) {
        purgeNowAndThen();
        Instant now = Timestamps.now(clock);
        return in(organization, (transaction, owner) -> {
            if (insert(transaction, owner, key, requestHash, now)) {
                return new Claim.First();
            }
            RowSet<Row> rows = transaction.execute(
                    "SELECT request_hash, claimed_at, expires_at, status, content_type, headers, body FROM "
                            + owner.table() + " WHERE " + owner.condition() + " AND key = $1 FOR UPDATE",
                    owner.parameters(key));
            if (rows.size() == 0) {
                // Released between the two statements: the next try will find it free.
                return new Claim.InProgress();
            }
            return judge(transaction, owner, rows.iterator().next(), new Request(key, requestHash, now));
        });
    }

    @Override
    public void keep(@Nullable OrganizationId organization, String key, Reply reply) {
        ObjectNode headers = Json.object();
        reply.headers().forEach(headers::put);
        String headerText = headers.toString();
        Buffer body = withoutSecrets(reply);
        in(
                organization,
                (transaction, owner) -> transaction.execute(
                        "UPDATE " + owner.table()
                                + " SET status = $3, content_type = $4, headers = $5, body = $6 WHERE "
                                + owner.condition() + " AND key = $1 AND status IS NULL",
                        owner.parameters(key)
                                .addShort((short) reply.status())
                                .addString(reply.contentType())
                                .addString(headerText)
                                .addBuffer(body)));
    }

    @Override
    public void release(@Nullable OrganizationId organization, String key) {
        in(
                organization,
                (transaction, owner) -> transaction.execute(
                        "DELETE FROM " + owner.table() + " WHERE " + owner.condition()
                                + " AND key = $1 AND status IS NULL",
                        owner.parameters(key)));
    }

    /** Deletes up to {@link #PURGED_ROWS} expired rows of each table; tells how many. */
    int purge() {
        Instant now = Timestamps.now(clock);
        return database.acrossOrganizations(
                transaction -> purge(transaction, OWN, now) + purge(transaction, OPERATOR, now));
    }

    private static int purge(Database.Transaction transaction, String table, Instant now) {
        return transaction
                .execute(
                        "DELETE FROM " + table + " WHERE row_id IN (SELECT row_id FROM " + table
                                + " WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
                        Tuple.of(Timestamps.toSql(now), PURGED_ROWS))
                .rowCount();
    }

    /** Purging is a service to the disk: that it failed must not fail the request that came by. */
    private void purgeNowAndThen() {
        long now = ticker.nanos();
        long last = purgedNanos.get();
        if (now - last < PURGE_EVERY_NANOS || !purgedNanos.compareAndSet(last, now)) {
            return;
        }
        try {
            int purged = purge();
            if (purged >= PURGED_ROWS) {
                purgedNanos.set(now - PURGE_EVERY_NANOS);
            }
        } catch (DatabaseException failed) {
            LOG.warn("expired replies were not purged: {}", failed.getMessage());
        }
    }

    private static boolean insert(
            Database.Transaction transaction, Owner owner, String key, String requestHash, Instant now) {
        return transaction
                        .execute(
                                owner.insertion(),
                                owner.parameters(key)
                                        .addString(requestHash)
                                        .addOffsetDateTime(Timestamps.toSql(now))
                                        .addOffsetDateTime(Timestamps.toSql(now.plus(KEPT))))
                        .rowCount()
                == 1;
    }

    private record Request(String key, String hash, Instant now) {}

    private static Claim judge(Database.Transaction transaction, Owner owner, Row row, Request request) {
        boolean expired = !Timestamps.read(row, "expires_at").isAfter(request.now());
        if (!expired && !row.getString("request_hash").equals(request.hash())) {
            return new Claim.Reused();
        }
        boolean answered = row.getShort("status") != null;
        if (!expired && answered) {
            return new Claim.Answered(reply(row));
        }
        if (!expired && Timestamps.read(row, "claimed_at").plus(CLAIM_HELD).isAfter(request.now())) {
            return new Claim.InProgress();
        }
        transaction.execute(
                "UPDATE " + owner.table() + " SET request_hash = $3, claimed_at = $4, expires_at = $5, status = NULL,"
                        + " content_type = NULL, headers = NULL, body = NULL WHERE " + owner.condition()
                        + " AND key = $1",
                owner.parameters(request.key())
                        .addString(request.hash())
                        .addOffsetDateTime(Timestamps.toSql(request.now()))
                        .addOffsetDateTime(Timestamps.toSql(request.now().plus(KEPT))));
        return new Claim.First();
    }

    private static Reply reply(Row row) {
        try {
            Map<String, String> headers = new HashMap<>();
            Json.read(row.getString("headers").getBytes(UTF_8))
                    .properties()
                    .forEach(header ->
                            headers.put(header.getKey(), header.getValue().textValue()));
            return new Reply(row.getShort("status"), row.getString("content_type"), headers, row.getBuffer("body"));
        } catch (IOException corrupt) {
            throw new UncheckedIOException("headers of a kept reply cannot be read", corrupt);
        }
    }

    /** A secret is told once: whoever can read the database, or repeats the request, does not get it again. */
    private static Buffer withoutSecrets(Reply reply) {
        if (!reply.contentType().contains("json") || reply.body().length() == 0) {
            return reply.body();
        }
        try {
            JsonNode body = Json.read(reply.body().getBytes());
            removeSecrets(body);
            return Buffer.buffer(Json.bytes(body));
        } catch (IOException corrupt) {
            throw new UncheckedIOException("a reply says that it is JSON and is not", corrupt);
        }
    }

    private static void removeSecrets(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove("secret");
        }
        node.forEach(PgIdempotentReplies::removeSecrets);
    }

    /** Work on the table of an organization or of the operator. */
    @FunctionalInterface
    private interface OwnedWork<T> {
        T run(Database.Transaction transaction, Owner owner);
    }

    private <T> T in(@Nullable OrganizationId organization, OwnedWork<T> work) {
        Owner owner = new Owner(organization);
        return organization == null
                ? database.acrossOrganizations(transaction -> work.run(transaction, owner))
                : database.inOrganization(organization, transaction -> work.run(transaction, owner));
    }

    /** Whose replies: the two tables differ by the column of the organization, which is always parameter 2. */
    private record Owner(@Nullable OrganizationId organization) {

        String table() {
            return organization == null ? OPERATOR : OWN;
        }

        String insertion() {
            return organization == null
                    ? "INSERT INTO access.operator_replies (key, request_hash, claimed_at, expires_at)"
                            + " SELECT $1, $3, $4, $5 WHERE $2::uuid IS NULL ON CONFLICT DO NOTHING"
                    : "INSERT INTO access.idempotent_replies (key, organization_id, request_hash, claimed_at, expires_at)"
                            + " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
        }

        String condition() {
            return organization == null ? "$2::uuid IS NULL" : "organization_id = $2";
        }

        Tuple parameters(String key) {
            return Tuple.tuple().addString(key).addUUID(organization == null ? null : organization.value());
        }
    }
}
