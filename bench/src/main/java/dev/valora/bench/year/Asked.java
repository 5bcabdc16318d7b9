package dev.valora.bench.year;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.bench.year.oracle.Act;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A request for a subscription, and what it means once it is taken.
 *
 * @param path where it is posted
 * @param doubt how to see whether it was done, when the answer was cut off
 */
record Asked(Booking booking, String path, Map<String, Object> body, Act act, Doubt doubt) {

    /**
     * A look at what a request changes.
     *
     * @param path what is read
     * @param isDone whether what is read shows that it was done
     */
    record Doubt(String path, Predicate<JsonNode> isDone) {}
}
