package dev.valora.ingest.access;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.ingest.Json;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Scope;
import dev.valora.ingest.Timestamps;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An API key as its row tells, without the secret. */
record ApiKey(
        OrganizationId organization,
        UUID id,
        String name,
        String prefix,
        Set<Scope> scopes,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt) {

    static final String INSERT = """
            INSERT INTO access.api_keys (organization_id, key_id, name, prefix, secret_sha256, scopes, created_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """;

    ApiKey {
        scopes = Set.copyOf(scopes);
    }

    /** A new key with a new secret. */
    static ApiKey create(
            OrganizationId organization,
            String name,
            Set<Scope> scopes,
            Instant createdAt,
            @Nullable Instant expiresAt,
            KeySecret secret) {
        return new ApiKey(organization, UUID.randomUUID(), name, secret.prefix(), scopes, createdAt, expiresAt, null);
    }

    /** Parameters of {@link #INSERT}. */
    Tuple toRow(KeySecret secret) {
        return Tuple.tuple()
                .addUUID(organization.value())
                .addUUID(id)
                .addString(name)
                .addString(prefix)
                .addBuffer(Buffer.buffer(secret.sha256()))
                .addArrayOfString(wireNames(scopes).toArray(String[]::new))
                .addOffsetDateTime(Timestamps.toSql(createdAt))
                .addValue(expiresAt == null ? null : Timestamps.toSql(expiresAt));
    }

    /** Reads a row with every column that {@code valora_app} may see. */
    static ApiKey ofRow(Row row) {
        return new ApiKey(
                new OrganizationId(row.getUUID("organization_id")),
                row.getUUID("key_id"),
                row.getString("name"),
                row.getString("prefix"),
                scopes(row),
                Timestamps.read(row, "created_at"),
                Timestamps.readNullable(row, "expires_at"),
                Timestamps.readNullable(row, "revoked_at"));
    }

    static Set<Scope> scopes(Row row) {
        EnumSet<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (String name : row.getArrayOfStrings("scopes")) {
            scopes.add(Scope.ofWireName(name)
                    .orElseThrow(() -> new IllegalStateException("unknown scope in the database: " + name)));
        }
        return scopes;
    }

    static void putScopes(ObjectNode node, Set<Scope> scopes) {
        ArrayNode names = node.putArray("scopes");
        wireNames(scopes).forEach(names::add);
    }

    ObjectNode toJson() {
        ObjectNode node =
                Json.object().put("id", id.toString()).put("name", name).put("prefix", prefix);
        putScopes(node, scopes);
        return node.put("created_at", createdAt.toString())
                .put("expires_at", expiresAt == null ? null : expiresAt.toString())
                .put("revoked_at", revokedAt == null ? null : revokedAt.toString());
    }

    /** In the order in which the contract lists them. */
    private static Collection<String> wireNames(Set<Scope> scopes) {
        return Arrays.stream(Scope.values())
                .filter(scopes::contains)
                .map(Scope::wireName)
                .toList();
    }
}
