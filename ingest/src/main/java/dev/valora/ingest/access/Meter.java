package dev.valora.ingest.access;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.ingest.Json;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A meter as its row tells: what it computes, copied from the journal, with its name and unit.
 *
 * @param archivedAt null while it is live
 */
record Meter(
        String code,
        @Nullable String name,
        String aggregation,
        String eventType,
        @Nullable String valueProperty,
        List<String> dimensions,
        @Nullable String unit,
        Instant createdAt,
        @Nullable Instant archivedAt) {

    static final String COLUMNS =
            "code, row_id, name, aggregation, event_type, value_property, dimensions, unit, created_at, archived_at";

    /** The first to write the row wins; everybody would write the same but for name and unit. */
    static final String INSERT = """
            INSERT INTO access.meters (organization_id, code, name, unit, aggregation, event_type, value_property, dimensions,
                created_at, archived_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (organization_id, code) DO NOTHING
            """;

    Meter {
        dimensions = List.copyOf(dimensions);
    }

    static Meter ofRow(Row row) {
        return new Meter(
                row.getString("code"),
                row.getString("name"),
                row.getString("aggregation"),
                row.getString("event_type"),
                row.getString("value_property"),
                List.of(row.getArrayOfStrings("dimensions")),
                row.getString("unit"),
                Timestamps.read(row, "created_at"),
                Timestamps.readNullable(row, "archived_at"));
    }

    /** Parameters of {@link #INSERT}. */
    static Tuple newRow(MeterDefinition meter, Label label, Instant createdAt, @Nullable Instant archivedAt) {
        return Tuple.tuple()
                .addUUID(meter.organization().value())
                .addString(meter.code())
                .addValue(label.name())
                .addValue(label.unit())
                .addString(meter.aggregation().wireName())
                .addString(meter.eventType())
                .addValue(meter.valueProperty())
                .addArrayOfString(meter.dimensions().toArray(String[]::new))
                .addOffsetDateTime(Timestamps.toSql(createdAt))
                .addValue(archivedAt == null ? null : Timestamps.toSql(archivedAt));
    }

    ObjectNode toJson() {
        ObjectNode node = Json.object()
                .put("code", code)
                .put("name", name)
                .put("aggregation", aggregation)
                .put("event_type", eventType)
                .put("value_property", valueProperty);
        ArrayNode names = node.putArray("dimensions");
        dimensions.forEach(names::add);
        return node.put("unit", unit)
                .put("status", archivedAt == null ? "active" : "archived")
                .put("created_at", createdAt.toString())
                .put("archived_at", archivedAt == null ? null : archivedAt.toString());
    }

    /** What people call a meter; nothing is computed from it. */
    record Label(@Nullable String name, @Nullable String unit) {

        static final Label NONE = new Label(null, null);
    }
}
