package dev.valora.ingest.access;

import dev.valora.ingest.Database;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Page;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import dev.valora.ingest.Timestamps;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** API keys in PostgreSQL. Blocks; any thread but an event loop. */
final class ApiKeyStore {

    /** Keys of one organization that are not revoked. */
    static final int LIVE_KEYS = 1_000;

    private static final String LIST = """
            SELECT organization_id, key_id, row_id, name, prefix, scopes, created_at, expires_at, revoked_at
            FROM access.api_keys WHERE organization_id = $1 AND row_id > $2 ORDER BY row_id LIMIT $3
            """;
    private static final String COUNT_LIVE =
            "SELECT count(*) FROM access.api_keys WHERE organization_id = $1 AND revoked_at IS NULL";
    private static final String REVOKE = """
            UPDATE access.api_keys SET revoked_at = coalesce(revoked_at, $3) WHERE organization_id = $1 AND key_id = $2
            """;
    private static final String BY_SECRET = """
            SELECT organization_id, key_id, prefix, scopes, expires_at FROM access.api_keys
            WHERE secret_sha256 = $1 AND revoked_at IS NULL
            """;
    private static final String LIVE =
            "SELECT key_id FROM access.api_keys WHERE key_id = ANY ($1) AND revoked_at IS NULL";

    private final Database database;

    ApiKeyStore(Database database) {
        this.database = database;
    }

    /** A key at its place in the list. */
    record Listed(long number, ApiKey key) {}

    /** Writes a new key; 409 when the organization has too many. */
    void insert(ApiKey key, KeySecret secret) {
        database.inOrganization(key.organization(), transaction -> {
            long live = transaction
                    .execute(COUNT_LIVE, Tuple.of(key.organization().value()))
                    .iterator()
                    .next()
                    .getLong(0);
            if (live >= LIVE_KEYS) {
                throw new ProblemException(Problem.of(
                        ProblemKind.CONFLICT, "too_many_api_keys", "Revoke some: at most " + LIVE_KEYS + " may live."));
            }
            return transaction.execute(ApiKey.INSERT, key.toRow(secret));
        });
    }

    /** A page of an organization's keys, with one row more if there is one. */
    List<Listed> list(OrganizationId organization, Page page) {
        return database.inOrganization(organization, transaction -> {
            List<Listed> rows = new ArrayList<>();
            for (Row row : transaction.execute(LIST, Tuple.of(organization.value(), page.after(), page.fetch()))) {
                rows.add(new Listed(row.getLong("row_id"), ApiKey.ofRow(row)));
            }
            return rows;
        });
    }

    /** Revokes a key for ever; false when the organization has none with this id. */
    boolean revoke(OrganizationId organization, UUID keyId, Instant now) {
        return database.inOrganization(
                                organization,
                                transaction -> transaction.execute(
                                        REVOKE, Tuple.of(organization.value(), keyId, Timestamps.toSql(now))))
                        .rowCount()
                > 0;
    }

    /** The key with this hash that was not revoked; it may have expired. */
    Optional<KnownKey> find(byte[] secretSha256, long askedNanos) {
        RowSet<Row> rows = database.acrossOrganizations(
                transaction -> transaction.execute(BY_SECRET, Tuple.of(Buffer.buffer(secretSha256))));
        if (rows.size() == 0) {
            return Optional.empty();
        }
        Row row = rows.iterator().next();
        return Optional.of(new KnownKey(
                row.getUUID("key_id"),
                new OrganizationId(row.getUUID("organization_id")),
                ApiKey.scopes(row),
                row.getString("prefix"),
                Timestamps.readNullable(row, "expires_at"),
                askedNanos));
    }

    /** Which of these keys were not revoked. */
    Set<UUID> live(Collection<UUID> keyIds) {
        Set<UUID> live = new HashSet<>();
        RowSet<Row> rows = database.acrossOrganizations(
                transaction -> transaction.execute(LIVE, Tuple.tuple().addArrayOfUUID(keyIds.toArray(UUID[]::new))));
        for (Row row : rows) {
            live.add(row.getUUID("key_id"));
        }
        return live;
    }
}
