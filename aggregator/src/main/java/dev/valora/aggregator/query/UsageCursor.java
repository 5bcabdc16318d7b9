package dev.valora.aggregator.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.valora.aggregator.WindowsRequest;
import dev.valora.ingest.Json;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** The place of a row as an opaque word. */
final class UsageCursor {

    private UsageCursor() {}

    static String encode(WindowsRequest.Key key) {
        ArrayNode place = Json.array().add(key.customer()).add(key.start().toString());
        for (Optional<String> dimension : key.dimensions()) {
            dimension.ifPresentOrElse(place::add, place::addNull);
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.bytes(place));
    }

    /** Empty when the word was not made by {@link #encode} for a reading with these windows and so many groups. */
    static Optional<WindowsRequest.Key> decode(String cursor, List<Instant> boundaries, int groups) {
        try {
            JsonNode place = Json.read(Base64.getUrlDecoder().decode(cursor.getBytes(UTF_8)));
            if (!place.isArray() || place.size() != 2 + groups || !place.path(0).isTextual()) {
                return Optional.empty();
            }
            List<Optional<String>> dimensions = new ArrayList<>();
            for (int i = 0; i < groups; i++) {
                dimensions.add(Optional.ofNullable(place.path(2 + i).textValue()));
            }
            Instant start = Instant.parse(place.path(1).asText());
            String customer = place.path(0).textValue();
            return isWindowStart(start, boundaries)
                            && isStorable(customer)
                            && dimensions.stream()
                                    .allMatch(dimension -> dimension
                                            .map(UsageCursor::isStorable)
                                            .orElse(true))
                    ? Optional.of(new WindowsRequest.Key(customer, start, dimensions))
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException | DateTimeException foreign) {
            return Optional.empty();
        }
    }

    private static boolean isWindowStart(Instant start, List<Instant> boundaries) {
        return boundaries.subList(0, boundaries.size() - 1).contains(start);
    }

    /** Whether PostgreSQL takes the text: no NUL, no half of a surrogate pair. */
    static boolean isStorable(String text) {
        return text.indexOf('\0') < 0 && UTF_8.newEncoder().canEncode(text);
    }
}
