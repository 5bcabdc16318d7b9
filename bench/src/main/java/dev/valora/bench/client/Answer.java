package dev.valora.bench.client;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * An answer that arrived whole.
 *
 * @param status the HTTP status
 * @param body as JSON; a missing node when the answer has none
 */
public record Answer(int status, JsonNode body) {

    /** The body if the status is the expected one. */
    public JsonNode expect(int expectedStatus) {
        if (status != expectedStatus) {
            throw new IllegalStateException("answered " + status + " instead of " + expectedStatus + ": " + body);
        }
        return body;
    }
}
