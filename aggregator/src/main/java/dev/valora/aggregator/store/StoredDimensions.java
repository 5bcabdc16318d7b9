package dev.valora.aggregator.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.valora.ingest.Json;
import io.vertx.sqlclient.Row;
import java.io.IOException;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the dimensions of a window row. */
final class StoredDimensions {

    private StoredDimensions() {}

    /**
     * The dimensions of a row, by name.
     *
     * @param row whose column {@code dimensions} was selected as text
     */
    static SortedMap<String, String> of(Row row) {
        try {
            SortedMap<String, String> dimensions = new TreeMap<>();
            Json.read(row.getString("dimensions").getBytes(UTF_8))
                    .properties()
                    .forEach(member ->
                            dimensions.put(member.getKey(), member.getValue().textValue()));
            return dimensions;
        } catch (IOException notJson) {
            throw new IllegalStateException("dimensions are stored as JSON", notJson);
        }
    }
}
