package dev.valora.billing.invoices;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.ingest.Json;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One place where two documents differ. Pure.
 *
 * @param pointer RFC 6901
 * @param stored null when only the other document has this place
 * @param computed null when only the stored document has it
 */
record JsonDifference(String pointer, JsonNode stored, JsonNode computed) {

    /** Every place, as deep as possible: the order of members does not count, that of elements does. */
    static List<JsonDifference> between(JsonNode stored, JsonNode computed) {
        List<JsonDifference> differences = new ArrayList<>();
        compare("", stored, computed, differences);
        return differences;
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object().put("pointer", pointer);
        json.set("stored", stored);
        json.set("computed", computed);
        return json;
    }

    private static void compare(String pointer, JsonNode stored, JsonNode computed, List<JsonDifference> differences) {
        if (stored instanceof ObjectNode left && computed instanceof ObjectNode right) {
            Set<String> names = new LinkedHashSet<>();
            left.fieldNames().forEachRemaining(names::add);
            right.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                String below = pointer + "/" + name.replace("~", "~0").replace("/", "~1");
                compare(below, left.path(name), right.path(name), differences);
            }
        } else if (stored instanceof ArrayNode left && computed instanceof ArrayNode right) {
            for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
                compare(pointer + "/" + i, left.path(i), right.path(i), differences);
            }
        } else if (!stored.equals(computed)) {
            differences.add(new JsonDifference(pointer, shown(stored), shown(computed)));
        }
    }

    private static JsonNode shown(JsonNode node) {
        return node instanceof MissingNode ? NullNode.getInstance() : node;
    }
}
