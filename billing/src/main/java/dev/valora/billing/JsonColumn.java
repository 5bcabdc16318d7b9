package dev.valora.billing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.ingest.Json;
import io.vertx.sqlclient.Row;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * JSON on its way to a {@code json} or {@code jsonb} column and back, as text: a statement writes {@code $1::text::jsonb} and reads
 * {@code column::text}. Pure.
 */
public final class JsonColumn {

    private JsonColumn() {}

    /** A parameter that is cast to {@code jsonb}; null stays null. */
    public static @Nullable String toSql(@Nullable JsonNode node) {
        return node == null ? null : text(node);
    }

    /** JSON as text. */
    public static String text(JsonNode node) {
        return new String(Json.bytes(node), UTF_8);
    }

    /** An object of strings as a parameter. */
    public static String toSql(Map<String, String> texts) {
        return text(toJson(texts));
    }

    /** A column that was cast to text and is never null. */
    public static JsonNode read(Row row, String column) {
        try {
            return Json.read(row.getString(column).getBytes(UTF_8));
        } catch (IOException corrupt) {
            throw new IllegalStateException("column " + column + " does not hold JSON", corrupt);
        }
    }

    /** A column of {@link #toSql(Map)}, in the order of names. */
    public static Map<String, String> readTexts(Row row, String column) {
        Map<String, String> texts = new TreeMap<>();
        read(row, column)
                .properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().textValue()));
        return texts;
    }

    /** An object of strings. */
    public static JsonNode toJson(Map<String, String> texts) {
        var object = Json.object();
        texts.forEach(object::put);
        return object;
    }
}
