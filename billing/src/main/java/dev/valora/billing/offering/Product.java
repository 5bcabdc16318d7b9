package dev.valora.billing.offering;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.JsonColumn;
import dev.valora.ingest.Json;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What prices belong to and invoices name.
 *
 * @param metadata in the order of names
 * @param archivedAt null while it is sold
 */
record Product(
        String code,
        String name,
        @Nullable String description,
        Map<String, String> metadata,
        Instant createdAt,
        @Nullable Instant archivedAt) {

    static final String COLUMNS = "code, created_order, name, description, metadata::text, created_at, archived_at";

    Product {
        metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
    }

    static Product ofRow(Row row) {
        return new Product(
                row.getString("code"),
                row.getString("name"),
                row.getString("description"),
                JsonColumn.readTexts(row, "metadata"),
                Timestamps.read(row, "created_at"),
                Timestamps.readNullable(row, "archived_at"));
    }

    Product archived(Instant at) {
        return new Product(code, name, description, metadata, createdAt, archivedAt == null ? at : archivedAt);
    }

    String target() {
        return "product:" + code;
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object().put("code", code).put("name", name).put("description", description);
        json.set("metadata", JsonColumn.toJson(metadata));
        return Offering.putLife(json, createdAt, archivedAt);
    }
}
