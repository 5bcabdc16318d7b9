package dev.valora.config.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the server answered. */
record Answer(HttpResponse<String> response) {

    /** Takes what is nested deeper than the server takes it, as its own document is. */
    private static final ObjectMapper READER = new ObjectMapper();

    int status() {
        return response.statusCode();
    }

    String text() {
        return response.body();
    }

    Optional<String> header(String name) {
        return response.headers().firstValue(name);
    }

    /** Without parameters; empty when there is none. */
    String mediaType() {
        return header("Content-Type").orElse("").replaceAll(";.*", "");
    }

    JsonNode json() {
        try {
            return READER.readTree(text());
        } catch (IOException malformed) {
            throw new UncheckedIOException(text(), malformed);
        }
    }

    /** A member by its JSON Pointer. */
    String at(String pointer) {
        return json().at(pointer).asText();
    }

    /** Status, and of a problem its code with the place of each of its errors: {@code 422 invalid_request /code:missing_field}. */
    String told() {
        if (status() < 400) {
            return Integer.toString(status());
        }
        List<String> words = new ArrayList<>(List.of(status() + " " + at("/code")));
        for (JsonNode error : json().get("errors")) {
            words.add(error.get("pointer").textValue() + ":" + error.get("code").textValue());
        }
        return String.join(" ", words);
    }
}
