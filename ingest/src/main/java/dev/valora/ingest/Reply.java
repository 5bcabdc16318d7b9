package dev.valora.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a route answers.
 *
 * @param headers besides {@code Content-Type} and {@code Content-Length}
 * @param body owned by the reply from here on
 */
public record Reply(int status, String contentType, Map<String, String> headers, Buffer body) {

    public Reply {
        headers = Map.copyOf(headers);
    }

    /** 200 with JSON. */
    public static Reply ok(JsonNode body) {
        return json(200, body);
    }

    /** 201 with JSON. */
    public static Reply created(JsonNode body) {
        return json(201, body);
    }

    /** 204. */
    public static Reply noContent() {
        return new Reply(204, "", Map.of(), Buffer.buffer());
    }

    /** Any status with JSON. */
    public static Reply json(int status, JsonNode body) {
        return new Reply(status, "application/json", Map.of(), Buffer.buffer(Json.bytes(body)));
    }

    /** This reply with one more header. */
    public Reply withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Reply(status, contentType, more, body);
    }
}
