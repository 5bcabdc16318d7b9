package dev.valora.billing.customers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.JsonColumn;
import dev.valora.ingest.Json;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who is invoiced.
 *
 * @param key what usage events call {@code customer}
 * @param metadata in the order of names
 */
public record Customer(
        UUID id,
        String key,
        String name,
        @Nullable String email,
        @Nullable String address,
        Map<String, String> metadata,
        Instant createdAt) {

    static final String COLUMNS = "id, created_order, key, name, email, address, metadata::text, created_at";

    public Customer {
        metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
    }

    static Customer ofRow(Row row) {
        return new Customer(
                row.getUUID("id"),
                row.getString("key"),
                row.getString("name"),
                row.getString("email"),
                row.getString("address"),
                JsonColumn.readTexts(row, "metadata"),
                Timestamps.read(row, "created_at"));
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object()
                .put("id", id.toString())
                .put("key", key)
                .put("name", name)
                .put("email", email)
                .put("address", address);
        json.set("metadata", JsonColumn.toJson(metadata));
        return json.put("created_at", createdAt.toString());
    }
}
